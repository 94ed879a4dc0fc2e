//! A server with workers over S3-compatible storage and PostgreSQL gives the answers of one machine,
//! whatever happens to the workers. `cargo xtask cluster-test` starts what these tests need.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

mod answers;
mod faults;
mod site;
mod storage;

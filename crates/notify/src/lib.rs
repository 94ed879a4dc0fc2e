//! Messages that leave the house: e-mail and the webhooks of Feishu, DingTalk, WeCom and Slack.
//!
//! This room knows the form each receiver wants and how to reach it safely; what is worth a message
//! is decided elsewhere. Sending blocks: call it from a thread that may wait.
//!
//! **Invariants**
//! - A webhook reaches public addresses only ([`guard`]), over HTTPS, without redirects, within
//!   [`TIMEOUT`]; hosts of the own network are reached only when the configuration names them.
//! - Addresses and secrets appear in no error and no log: they are the receiver's password.

mod email;
mod form;
mod guard;
mod message;
mod sign;
mod webhook;

use std::time::Duration;

pub use email::{EmailError, Smtp, SmtpSecurity, send_email};
pub use form::{Form, request};
pub use guard::Allowed;
pub use message::{Item, Message};
pub use webhook::{WebhookError, send_webhook};

/// How long one message may take in all.
pub const TIMEOUT: Duration = Duration::from_secs(10);

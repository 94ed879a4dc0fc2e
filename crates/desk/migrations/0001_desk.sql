-- The desk's first schema. One text for SQLite and PostgreSQL: `{id}` becomes each database's own
-- word for a key that counts up. Instants are microseconds since 1970 in UTC (`_us`), days are
-- `2026-06-30`, decimals and JSON are text: both databases then answer with the same bytes.

CREATE TABLE imports (
    id {id},
    kind TEXT NOT NULL,                     -- import, rebuild or compaction: every commit of facts
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    raw_sha256 TEXT NOT NULL,
    raw_bytes BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    definition TEXT,
    definition_version TEXT,
    store TEXT NOT NULL,
    market TEXT,
    given TEXT NOT NULL,
    horizon BIGINT NOT NULL,                -- latest day in the file, in days since 1970
    row_count BIGINT NOT NULL,
    state TEXT NOT NULL,
    diff TEXT NOT NULL,
    balance TEXT NOT NULL,
    errors BIGINT NOT NULL,                 -- full counts; the problems themselves are capped
    warnings BIGINT NOT NULL,
    notes BIGINT NOT NULL
);
CREATE INDEX imports_by_raw ON imports (raw_sha256, store);
CREATE INDEX imports_by_store ON imports (store, id);

CREATE TABLE import_problems (
    import_id BIGINT NOT NULL REFERENCES imports (id),
    seq BIGINT NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    file TEXT NOT NULL,
    line BIGINT,
    column_name TEXT,
    found TEXT NOT NULL,
    expected TEXT NOT NULL,
    hint TEXT NOT NULL,
    PRIMARY KEY (import_id, seq)
);

-- The manifest: which files of facts are current, and which were when.
CREATE TABLE fact_files (
    path TEXT NOT NULL PRIMARY KEY,
    fact_table TEXT NOT NULL,
    store TEXT NOT NULL,
    month TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    min_day TEXT NOT NULL,
    max_day TEXT NOT NULL,
    checksum TEXT NOT NULL,
    valid_from BIGINT NOT NULL REFERENCES imports (id),
    valid_to BIGINT REFERENCES imports (id), -- the commit that retired it; null = current
    removed_us BIGINT                        -- when the clean-up took the file itself away
);
CREATE INDEX fact_files_by_end ON fact_files (valid_to);
CREATE INDEX fact_files_by_store ON fact_files (store, fact_table);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE stores (
    name TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    market TEXT,
    currency TEXT,
    time_zone TEXT
);

CREATE TABLE products (
    sku TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    brand TEXT,
    category TEXT,
    owner TEXT,
    stage TEXT
);

CREATE TABLE product_costs (
    sku TEXT NOT NULL REFERENCES products (sku),
    market TEXT NOT NULL,                   -- '' = every market
    since TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (sku, market, since)
);

CREATE TABLE pairings (
    store TEXT NOT NULL REFERENCES stores (name),
    seller_sku TEXT NOT NULL,
    since TEXT NOT NULL,                    -- '' = from the beginning
    until TEXT,                             -- the last day it holds; null = without end
    sku TEXT NOT NULL REFERENCES products (sku),
    PRIMARY KEY (store, seller_sku, since)
);
CREATE INDEX pairings_by_sku ON pairings (sku);

CREATE TABLE own_rates (
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    per_eur TEXT NOT NULL,
    PRIMARY KEY (day, currency)
);

CREATE TABLE users (
    id {id},
    login TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_us BIGINT NOT NULL,
    seen_us BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
    id {id},
    user_id BIGINT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    created_us BIGINT NOT NULL,
    used_us BIGINT
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

-- Wrong or unfinished sign-ins. `who_sha256` covers login and address, since people type passwords
-- into the wrong box.
CREATE TABLE sign_in_attempts (
    id {id},
    who_sha256 TEXT NOT NULL,
    at_us BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_by_who ON sign_in_attempts (who_sha256, at_us);

CREATE TABLE jobs (
    id {id},
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    who TEXT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    max_tries BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    run_after_us BIGINT NOT NULL,
    worker TEXT,
    lease_until_us BIGINT,
    progress TEXT NOT NULL,
    result TEXT,
    error TEXT,
    finished_us BIGINT
);
CREATE INDEX jobs_by_state ON jobs (state, run_after_us, id);

-- Answers already given, so that a repeated request has one effect.
CREATE TABLE answered_requests (
    who TEXT NOT NULL,
    request_key TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    status BIGINT,                          -- null = the first one is still at work
    answer TEXT,
    PRIMARY KEY (who, request_key)
);

CREATE TABLE audit (
    id BIGINT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- The end of the chain. Every write begins by locking this row, so there is one writer at a time on
-- PostgreSQL as there is on SQLite.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

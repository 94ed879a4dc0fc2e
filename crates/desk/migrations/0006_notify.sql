-- Who is told what happens, and what has been told.

-- Addresses are passwords of their own: they and the secrets lie sealed, in hex.
CREATE TABLE receivers (
    id {id},
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,                     -- email, feishu, dingtalk, wecom, slack or webhook
    address TEXT NOT NULL,
    secret TEXT,
    language TEXT NOT NULL,
    events TEXT NOT NULL,                   -- JSON list
    person TEXT,                            -- login: only what is hers; null = what is everybody's
    min_monthly BIGINT NOT NULL,            -- findings from this expected money a month on, in hundredths
    digest_hour BIGINT NOT NULL,            -- of the server's day, UTC
    active BOOLEAN NOT NULL,
    after_entry BIGINT NOT NULL,            -- the audit entry up to which it has been told
    digest_day TEXT NOT NULL,               -- the day of its last digest, '' = none
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL
);

-- What a receiver has been told already, so that nothing is told twice.
CREATE TABLE receiver_told (
    receiver_id BIGINT NOT NULL REFERENCES receivers (id),
    told TEXT NOT NULL,
    PRIMARY KEY (receiver_id, told)
);

CREATE TABLE messages (
    id {id},
    receiver_id BIGINT NOT NULL REFERENCES receivers (id),
    event TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,                     -- JSON
    state TEXT NOT NULL,                    -- waiting, sent or failed
    tries BIGINT NOT NULL,
    next_us BIGINT NOT NULL,                -- not before
    at_us BIGINT NOT NULL,
    sent_us BIGINT,
    error TEXT
);
CREATE INDEX messages_by_state ON messages (state, next_us);
CREATE INDEX messages_by_receiver ON messages (receiver_id, id);

-- Records of chapters (suppliers, orders, documents): one shape for all kinds, what they hold is JSON
-- as knowledge/records describes it. And results of long runs, kept to be looked at later.

CREATE TABLE records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,                -- counts up with every change, from 1
    state TEXT,                             -- null = its kind has none
    body TEXT NOT NULL,                     -- JSON
    changed_us BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);

-- Every version there ever was. A record that is made again after a deletion counts on.
CREATE TABLE record_versions (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT,
    body TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,               -- this version is its deletion, body as it was last
    PRIMARY KEY (kind, id, version)
);

-- Which record names which other; to_kind 'sku' are our products.
CREATE TABLE record_refs (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    path TEXT NOT NULL,                     -- field, in lines lines[0].sku
    to_kind TEXT NOT NULL,
    to_id TEXT NOT NULL,
    PRIMARY KEY (kind, id, path, to_kind, to_id)
);
CREATE INDEX record_refs_to ON record_refs (to_kind, to_id);

-- The last number given out after what stands before it, such as 'PO-2026-'.
CREATE TABLE record_numbers (
    prefix TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- Moves with every write of records: what was checked against an older tick is not stored.
CREATE TABLE record_clock (
    id BIGINT NOT NULL PRIMARY KEY,
    tick BIGINT NOT NULL
);
INSERT INTO record_clock (id, tick) VALUES (1, 0);

CREATE TABLE kept_runs (
    id {id},
    name TEXT NOT NULL,
    day TEXT NOT NULL,                      -- the day it is about
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    meta TEXT NOT NULL,                     -- JSON
    bytes {bytes} NOT NULL                  -- zstd
);
CREATE INDEX kept_runs_by_name ON kept_runs (name, id);

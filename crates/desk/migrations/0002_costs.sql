-- Costs in time: what was bought, moved between own warehouses, and paid for freight and duty.
-- Documents are replaced whole; the lines of one are numbered from 1 in the order of its file.

CREATE TABLE purchases (
    document TEXT NOT NULL,
    line BIGINT NOT NULL,
    kind TEXT NOT NULL,                     -- purchase, opening or transfer
    supplier TEXT,
    received TEXT NOT NULL,                 -- the day the goods were there, not the day of the order
    place TEXT NOT NULL,
    from_place TEXT,                        -- transfers only
    sku TEXT NOT NULL REFERENCES products (sku),
    units BIGINT NOT NULL,
    unit_amount TEXT,                       -- transfers have none: the cost comes with the goods
    currency TEXT,
    unit_weight TEXT,                       -- kilograms
    unit_volume TEXT,                       -- cubic metres
    note TEXT,
    PRIMARY KEY (document, line)
);
CREATE INDEX purchases_by_sku ON purchases (sku);

CREATE TABLE freight (
    document TEXT NOT NULL,
    line BIGINT NOT NULL,
    kind TEXT NOT NULL,                     -- freight, duty, insurance or other
    day TEXT NOT NULL,
    amount TEXT NOT NULL,
    currency TEXT NOT NULL,
    split TEXT NOT NULL,                    -- units, value, weight or volume
    applies_to TEXT NOT NULL,               -- JSON list of documents in purchases
    note TEXT,
    PRIMARY KEY (document, line)
);

-- Which warehouse the goods of a store leave from; '' = whatever it is.
CREATE TABLE warehouse_rules (
    store TEXT NOT NULL REFERENCES stores (name),
    market TEXT NOT NULL,
    place TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    PRIMARY KEY (store, market, place)
);

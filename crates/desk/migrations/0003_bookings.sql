-- Which line of the chart an unknown fee belongs to. One that is taken back stays, with who and when.
CREATE TABLE bookings (
    id {id},
    channel TEXT NOT NULL,
    fee_type TEXT NOT NULL,                 -- '' = the rows name none
    transaction_type TEXT NOT NULL,         -- '' = the rows name none
    line TEXT NOT NULL,
    note TEXT,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    revoked_by TEXT,
    revoked_us BIGINT
);
CREATE INDEX bookings_by_key ON bookings (channel, fee_type, transaction_type);

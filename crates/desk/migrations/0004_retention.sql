-- What became of the personal data in a raw file when its time was over.
CREATE TABLE blanked_files (
    raw_sha256 TEXT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    state TEXT NOT NULL,                    -- blanked, nothing, removed or stuck
    cells BIGINT NOT NULL,                  -- how many cells were blanked or hashed
    reason TEXT NOT NULL                    -- why the file is stuck; '' otherwise
);

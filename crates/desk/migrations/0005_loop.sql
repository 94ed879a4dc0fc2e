-- The loop: findings, tasks, changes, effects, experiments. Bodies are JSON of the rooms above and
-- stand last in their rows, so that a list is filtered without reading them.

-- Every look of the rules at the facts.
CREATE TABLE finding_runs (
    id {id},
    at_us BIGINT NOT NULL,
    who TEXT NOT NULL,
    day TEXT NOT NULL,                      -- the day judged
    currency TEXT NOT NULL,
    rules BIGINT NOT NULL,                  -- how many were asked
    fired BIGINT NOT NULL,
    delivered TEXT NOT NULL,                -- JSON by rule: what it has really delivered so far
    runs TEXT NOT NULL                      -- JSON: what each rule did, and its problem
);

CREATE TABLE findings (
    id TEXT NOT NULL PRIMARY KEY,           -- of problem and key: the same problem is the same row
    problem TEXT NOT NULL,
    rule TEXT NOT NULL,
    rules TEXT NOT NULL,                    -- all rules that tell it, with a blank around each
    family TEXT NOT NULL,
    store TEXT NOT NULL,                    -- '' = of no store
    market TEXT NOT NULL,
    seller_sku TEXT NOT NULL,
    state TEXT NOT NULL,                    -- new, accepted, snoozed, dismissed or resolved
    weight BIGINT NOT NULL,                 -- expected money a month in hundredths: the order of the queue
    monthly BIGINT NOT NULL,                -- stake of 30 days in hundredths
    currency TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,                 -- the last day on which it was seen
    snoozed_until TEXT,
    reason TEXT,                            -- of a dismissal
    note TEXT,
    decided_by TEXT,                        -- who accepted, snoozed, dismissed or reopened it last
    decided_us BIGINT,
    decided_monthly BIGINT,                 -- what was at stake then
    task_id BIGINT,
    owner TEXT,                             -- login of whom it is proposed to
    revision BIGINT NOT NULL,
    words TEXT NOT NULL,                    -- what a search looks through, in lower case
    body TEXT NOT NULL
);
CREATE INDEX findings_by_weight ON findings (state, weight, id);
CREATE INDEX findings_by_sku ON findings (store, seller_sku);

-- One row for each day on which state or stake were others than before.
CREATE TABLE finding_history (
    finding_id TEXT NOT NULL REFERENCES findings (id),
    day TEXT NOT NULL,
    monthly BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (finding_id, day)
);

-- Thresholds of the company over those of the rules' files.
CREATE TABLE thresholds (
    rule TEXT NOT NULL,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,                    -- sku, category, store or global
    store TEXT NOT NULL,                    -- '' unless the SKU is one of a store's
    value_of TEXT NOT NULL,                 -- the SKU, category or store; '' for global
    value TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (rule, name, scope, store, value_of)
);

-- To whom work is proposed: SKU before product before category before store.
CREATE TABLE owners (
    scope TEXT NOT NULL,                    -- sku, product, category, store or global
    store TEXT NOT NULL,
    value_of TEXT NOT NULL,
    login TEXT NOT NULL,
    PRIMARY KEY (scope, store, value_of)
);

CREATE TABLE tasks (
    id {id},
    title TEXT NOT NULL,
    says TEXT,                              -- JSON: the title in both languages, when a play gave it
    note TEXT,
    state TEXT NOT NULL,                    -- todo, doing, waiting, done or dropped
    owner TEXT,                             -- login
    due TEXT NOT NULL,                      -- '9999-12-31' = no day
    play TEXT,
    finding_id TEXT,
    promise TEXT,                           -- JSON
    created_us BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    done_us BIGINT,
    done_by TEXT,
    revision BIGINT NOT NULL,
    words TEXT NOT NULL,
    body TEXT NOT NULL                      -- JSON: subject, stake and plan of the finding it came from
);
CREATE INDEX tasks_by_due ON tasks (due, id);
CREATE INDEX tasks_by_owner ON tasks (owner, state);
CREATE INDEX tasks_by_finding ON tasks (finding_id);

CREATE TABLE task_items (
    task_id BIGINT NOT NULL REFERENCES tasks (id),
    seq BIGINT NOT NULL,
    text TEXT NOT NULL,
    says TEXT,                              -- JSON: the step in both languages
    done BOOLEAN NOT NULL,
    PRIMARY KEY (task_id, seq)
);

CREATE TABLE task_comments (
    id {id},
    task_id BIGINT NOT NULL REFERENCES tasks (id),
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX task_comments_by_task ON task_comments (task_id);

-- The bytes lie sealed below the home; `file` is their name there.
CREATE TABLE attachments (
    id {id},
    task_id BIGINT NOT NULL REFERENCES tasks (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL
);
CREATE INDEX attachments_by_task ON attachments (task_id);

-- What was changed, where, from what to what, and when.
CREATE TABLE changes (
    id {id},
    identity TEXT NOT NULL UNIQUE,          -- of what was detected or imported: it comes in once
    kind TEXT NOT NULL,
    store TEXT NOT NULL,
    market TEXT NOT NULL,
    seller_sku TEXT NOT NULL,
    campaign TEXT NOT NULL,
    what TEXT NOT NULL,
    before_value TEXT,
    after_value TEXT,
    day TEXT NOT NULL,
    who TEXT NOT NULL,
    source TEXT NOT NULL,                   -- task, typed, imported or detected
    task_id BIGINT,
    play TEXT,
    at_us BIGINT NOT NULL
);
CREATE INDEX changes_by_sku ON changes (store, seller_sku, day);
CREATE INDEX changes_by_day ON changes (day, id);

-- Effects are declared before anybody looks; what is measured comes into `body`.
CREATE TABLE effects (
    id {id},
    change_id BIGINT NOT NULL REFERENCES changes (id),
    task_id BIGINT,
    play TEXT,
    rule TEXT,
    metric TEXT NOT NULL,
    before_days BIGINT NOT NULL,
    after_days BIGINT NOT NULL,
    wait_days BIGINT NOT NULL,
    controls TEXT,                          -- JSON list; null = chosen by data
    ready_on TEXT NOT NULL,                 -- the first day on which its window is complete
    declared_us BIGINT NOT NULL,
    declared_by TEXT NOT NULL,
    state TEXT NOT NULL,                    -- waiting or measured
    verdict TEXT,
    measured_us BIGINT,
    looked_on TEXT,                         -- the day of the last look
    body TEXT                               -- JSON: the measurement
);
CREATE INDEX effects_by_change ON effects (change_id);
CREATE INDEX effects_by_state ON effects (state, ready_on);

-- Looks before the window is complete: each is an interval that stays honest when repeated.
CREATE TABLE effect_looks (
    effect_id BIGINT NOT NULL REFERENCES effects (id),
    day TEXT NOT NULL,
    estimate TEXT NOT NULL,
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    PRIMARY KEY (effect_id, day)
);

CREATE TABLE experiments (
    id {id},
    title TEXT NOT NULL,
    kind TEXT NOT NULL,                     -- switchback, groups, geo or holdout
    start_day TEXT NOT NULL,
    end_day TEXT NOT NULL,
    who TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    stopped_us BIGINT,
    plan TEXT NOT NULL,                     -- JSON
    power TEXT NOT NULL,                    -- JSON: what it can tell, and who is in which arm when
    result TEXT                             -- JSON
);

-- Saved filters of a page, each person's own.
CREATE TABLE views (
    id {id},
    who TEXT NOT NULL,
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,                   -- JSON
    UNIQUE (who, page, name)
);

-- What was done to a record, for its page.
CREATE INDEX audit_by_subject ON audit (subject);

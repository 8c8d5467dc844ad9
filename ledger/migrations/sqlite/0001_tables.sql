-- The decision log. Rows are only ever added, by the one connection that writes.
--
-- Conventions: times are microseconds since 1970-01-01T00:00:00Z; documents are JSON text. What each column means is
-- told in the PostgreSQL twin of this file; the tables are the same.

CREATE TABLE head (
    one      integer PRIMARY KEY CHECK (one = 1),
    epoch    integer NOT NULL CHECK (epoch >= 1),
    position integer NOT NULL CHECK (position >= 0)
) STRICT;
INSERT INTO head (one, epoch, position) VALUES (1, 1, 0);

CREATE TABLE decisions (
    position        integer PRIMARY KEY CHECK (position >= 1),
    decision_id     text    NOT NULL UNIQUE,
    at              integer NOT NULL,
    recorded_at     integer NOT NULL,
    caller          text    NOT NULL,
    actor           text    NOT NULL CHECK (json_valid(actor)),
    command_type    text    NOT NULL,
    command         text    NOT NULL CHECK (json_valid(command)),
    loaded          text    NOT NULL CHECK (json_valid(loaded)),
    outcome         text    NOT NULL CHECK (outcome IN ('accepted', 'refused')),
    answer          text    CHECK (json_valid(answer)),
    refusal         text    CHECK (json_valid(refusal)),
    rule_edition    text    NOT NULL,
    software        text    NOT NULL,
    idempotency_key text,
    request_digest  blob    NOT NULL CHECK (length(request_digest) = 32),
    leaf            blob    NOT NULL CHECK (length(leaf) = 32),
    CONSTRAINT outcome_says_all CHECK ((outcome = 'accepted') = (answer IS NOT NULL) AND (outcome = 'refused') = (refusal IS NOT NULL)),
    CONSTRAINT personal_is_sealed CHECK (
        instr(command, '"$personal":') = 0 AND instr(actor, '"$personal":') = 0
        AND instr(coalesce(answer, ''), '"$personal":') = 0 AND instr(coalesce(refusal, ''), '"$personal":') = 0)
) STRICT;
CREATE UNIQUE INDEX decisions_idempotency ON decisions (caller, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- The first seven columns are those of sqlite-es. Its reader panics on a payload that is not JSON, hence json_valid.
CREATE TABLE events (
    aggregate_type text    NOT NULL,
    aggregate_id   text    NOT NULL,
    sequence       integer NOT NULL CHECK (sequence >= 1),
    event_type     text    NOT NULL,
    event_version  text    NOT NULL,
    payload        text    NOT NULL CHECK (json_valid(payload)),
    metadata       text    NOT NULL CHECK (json_valid(metadata)),
    position       integer NOT NULL,
    ordinal        integer NOT NULL CHECK (ordinal >= 1),
    PRIMARY KEY (aggregate_type, aggregate_id, sequence),
    CONSTRAINT personal_is_sealed CHECK (instr(payload, '"$personal":') = 0 AND instr(metadata, '"$personal":') = 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_position ON events (position, ordinal);

CREATE TABLE subjects (
    kind     text    NOT NULL,
    id       text    NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (kind, id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX subjects_position ON subjects (position);

CREATE TABLE data_keys (
    file         text PRIMARY KEY NOT NULL,
    wrapped      blob,
    wrapped_by   text,
    created_at   integer NOT NULL,
    destroyed_at integer,
    CONSTRAINT wrapped_or_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL) AND (wrapped IS NULL) = (wrapped_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER decisions_are_not_updated BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE on decisions is refused'); END;
CREATE TRIGGER decisions_are_not_deleted BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE on decisions is refused'); END;
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE on events is refused'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE on events is refused'); END;
CREATE TRIGGER subjects_are_not_updated BEFORE UPDATE ON subjects BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE on subjects is refused'); END;
CREATE TRIGGER subjects_are_not_deleted BEFORE DELETE ON subjects BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE on subjects is refused'); END;

-- A key may be destroyed or wrapped again, never removed or brought back.
CREATE TRIGGER data_keys_are_not_deleted BEFORE DELETE ON data_keys BEGIN SELECT RAISE(ABORT, 'data keys are destroyed, never removed'); END;
CREATE TRIGGER data_keys_stay BEFORE UPDATE ON data_keys
    WHEN OLD.wrapped IS NULL OR NEW.file <> OLD.file OR NEW.created_at <> OLD.created_at
    BEGIN SELECT RAISE(ABORT, 'data keys are destroyed or wrapped again, never renamed or brought back'); END;

-- INSERT OR REPLACE deletes rows without asking the triggers above.
CREATE TRIGGER decisions_are_not_replaced BEFORE INSERT ON decisions
    WHEN NEW.position <= (SELECT position FROM head) OR EXISTS (SELECT 1 FROM decisions d WHERE d.decision_id = NEW.decision_id)
        OR EXISTS (SELECT 1 FROM decisions d WHERE d.caller = NEW.caller AND d.idempotency_key = NEW.idempotency_key)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this decision is already in it'); END;
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
    WHEN NEW.position <= (SELECT position FROM head) OR EXISTS (SELECT 1 FROM events e
        WHERE e.aggregate_type = NEW.aggregate_type AND e.aggregate_id = NEW.aggregate_id AND e.sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this event is already in it'); END;

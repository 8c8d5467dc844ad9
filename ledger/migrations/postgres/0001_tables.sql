-- The decision log. Rows are only ever added; `ledger_append` (0002) is the one writer.
--
-- Conventions: times are microseconds since 1970-01-01T00:00:00Z; documents are `json`, not `jsonb`, because
-- `jsonb` rewrites the text that was hashed, and not `text`, because the readers of postgres-es expect a JSON type.
-- No foreign keys: everything a decision brings is written in the same call, and nothing is ever deleted.

-- One row. Locking it is how appenders take turns; it stays locked until the commit, therefore the order of
-- positions is the order of commits. A restore starts a new epoch. The low fillfactor keeps its updates in one page.
CREATE TABLE head (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch    bigint NOT NULL CHECK (epoch >= 1),
    position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10);
INSERT INTO head (epoch, position) VALUES (1, 0);

CREATE TABLE decisions (
    position        bigint PRIMARY KEY CHECK (position >= 1),
    decision_id     uuid   NOT NULL UNIQUE, -- by which a caller who lost the connection learns what became of it
    at              bigint NOT NULL,        -- when the command was received; aggregates judge by it, the leaf covers it
    recorded_at     bigint NOT NULL,        -- when it was written; never less than at the position before
    caller          text   NOT NULL,        -- the actor's id: idempotency keys are unique per caller
    actor           json   NOT NULL,
    command_type    text   NOT NULL,
    command         json   NOT NULL,
    loaded          json   NOT NULL,        -- the version of every stream that was read
    outcome         text   NOT NULL CHECK (outcome IN ('accepted', 'refused')),
    answer          json,                   -- what the caller was told, for honest retries
    refusal         json,
    rule_edition    text   NOT NULL,
    software        text   NOT NULL,
    idempotency_key text,
    request_digest  bytea  NOT NULL CHECK (length(request_digest) = 32),
    leaf            bytea  NOT NULL CHECK (length(leaf) = 32),
    CONSTRAINT outcome_says_all CHECK ((outcome = 'accepted') = (answer IS NOT NULL) AND (outcome = 'refused') = (refusal IS NOT NULL)),
    -- A net below the program: a personal value that nobody sealed does not get in.
    CONSTRAINT personal_is_sealed CHECK (
        strpos(command::text, '"$personal":') = 0 AND strpos(actor::text, '"$personal":') = 0
        AND strpos(coalesce(answer::text, ''), '"$personal":') = 0 AND strpos(coalesce(refusal::text, ''), '"$personal":') = 0)
);
CREATE UNIQUE INDEX decisions_idempotency ON decisions (caller, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- The first seven columns are those of postgres-es, so that its repositories read our streams.
CREATE TABLE events (
    aggregate_type text   NOT NULL,
    aggregate_id   text   NOT NULL,
    sequence       bigint NOT NULL CHECK (sequence >= 1),
    event_type     text   NOT NULL,
    event_version  text   NOT NULL,
    payload        json   NOT NULL,
    metadata       json   NOT NULL,
    position       bigint NOT NULL, -- of its decision
    ordinal        bigint NOT NULL CHECK (ordinal >= 1), -- its place among the events of its decision
    PRIMARY KEY (aggregate_type, aggregate_id, sequence),
    CONSTRAINT personal_is_sealed CHECK (strpos(payload::text, '"$personal":') = 0 AND strpos(metadata::text, '"$personal":') = 0)
);
CREATE UNIQUE INDEX events_position ON events (position, ordinal);

-- Which orders and accounts a decision is about, so that refusals, which have no events, are found by them as well.
CREATE TABLE subjects (
    kind     text   NOT NULL,
    id       text   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (kind, id, position)
);
CREATE INDEX subjects_position ON subjects (position);

-- One key a file, wrapped by a key-encryption key that lives outside the database. A destroyed key leaves its row:
-- it tells "destroyed" apart from "never made", and a key is never made twice.
CREATE TABLE data_keys (
    file         text PRIMARY KEY,
    wrapped      bytea,
    wrapped_by   text,   -- the fingerprint of the key-encryption key
    created_at   bigint NOT NULL,
    destroyed_at bigint,
    CONSTRAINT wrapped_or_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL) AND (wrapped IS NULL) = (wrapped_by IS NULL))
);

-- Nothing is ever updated or deleted, whoever asks. (Operators revoke the rights as well; the trigger also stops the owner.)
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'Record a new decision that corrects the old one.';
END $$;
CREATE TRIGGER decisions_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER events_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER subjects_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON subjects EXECUTE FUNCTION ledger_refuse_change();

-- A key may be destroyed or wrapped again, never removed or brought back.
CREATE FUNCTION ledger_guard_data_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.wrapped IS NOT NULL AND NEW.file = OLD.file AND NEW.created_at = OLD.created_at THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'data keys are destroyed or wrapped again, never removed, renamed or brought back'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER data_keys_stay BEFORE UPDATE OR DELETE ON data_keys FOR EACH ROW EXECUTE FUNCTION ledger_guard_data_keys();
CREATE TRIGGER data_keys_are_not_emptied BEFORE TRUNCATE ON data_keys EXECUTE FUNCTION ledger_refuse_change();

-- What was settled long ago is forgotten. A worker that plans anew after a restore knows by these two that everything up to
-- this decision, if it was decided by then (microseconds since 1970), had its effects, though their rows are gone.
ALTER TABLE workers ADD COLUMN forgotten_position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workers ADD COLUMN forgotten_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_settled ON outbox (worker, at) WHERE state IN ('sent', 'moot');

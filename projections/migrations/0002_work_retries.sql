-- How often an operator gave a dead letter another life. Part of the key under which the desk is told what came back: what it
-- refused in one life it decides anew in the next.
ALTER TABLE outbox ADD COLUMN retries BIGINT NOT NULL DEFAULT 0;

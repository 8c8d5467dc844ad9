-- What is due is read in the order in which it is done, so that a worker that is behind reads what it takes and not all that waits.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (worker, at, position, n) WHERE state = 'pending';

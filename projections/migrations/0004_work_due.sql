-- What is due is read in the order in which it is done, so that a worker that is behind reads what it takes and not all that waits.
-- First the new one: while it is built, what is due is still read by the old one.
CREATE INDEX outbox_due_in_order ON outbox (worker, at, position, n) WHERE state = 'pending';
DROP INDEX outbox_due;

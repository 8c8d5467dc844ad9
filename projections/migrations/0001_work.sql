-- Who works, how far each has planned, and who holds the work just now. The token counts holders: whoever comes with an
-- older one was overtaken and may move nothing.
CREATE TABLE workers (
    worker TEXT PRIMARY KEY,
    -- Planned up to here, in this epoch of the ledger.
    epoch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- Where it began: what came before is nothing to it, also when another epoch begins.
    since BIGINT NOT NULL,
    holder TEXT NOT NULL,
    token BIGINT NOT NULL,
    -- Microseconds since 1970.
    leased_until BIGINT NOT NULL
);

-- One row an effect: what is to be done outside because of a decision. It says who is meant, never a person's value.
CREATE TABLE outbox (
    -- worker:decision:n; also the idempotency key that the other side gets.
    id TEXT PRIMARY KEY,
    worker TEXT NOT NULL,
    -- Where the decision is, in the epoch in which it was planned.
    position BIGINT NOT NULL,
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- The order it is about; empty if it is about none.
    order_id TEXT NOT NULL,
    refs TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'moot', 'dead')),
    attempts BIGINT NOT NULL,
    -- Microseconds since 1970: when it is due, or due again; once it is settled, when that was.
    at BIGINT NOT NULL,
    -- What the last attempt ran into, or why it is moot; empty: nothing.
    note TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (worker, at) WHERE state = 'pending';
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

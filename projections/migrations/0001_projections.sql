-- The generations of each read model. One is live; another may be filling beside it. Each has a table of its own,
-- <name>_<generation>, and a checkpoint, which moves in the transaction that writes its rows.
CREATE TABLE projections (
    name TEXT NOT NULL,
    generation BIGINT NOT NULL,
    -- The version of the fold that writes it.
    version BIGINT NOT NULL,
    -- 1: it answers queries.
    live BIGINT NOT NULL,
    -- Folded up to here, in this epoch of the ledger.
    epoch BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- The digest of the decision at that position: another ledger with as many decisions is not taken for this one.
    leaf TEXT NOT NULL,
    -- Why it stopped before the next decision; empty while it follows.
    paused TEXT NOT NULL,
    PRIMARY KEY (name, generation)
);
CREATE UNIQUE INDEX projections_live ON projections (name) WHERE live = 1;

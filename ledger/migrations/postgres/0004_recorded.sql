-- As 0002, and answers when the decisions were recorded: whoever appended them need not read them back to follow them.
--
-- Writes a group of decisions in one call, hence in one round trip and one transaction.
--
-- The lock on `head` is taken first and held until the statement's commit; no client is waited for in between.
-- Parameters are flattened arrays: d_ has one element a decision, c_ one a stream that was read, e_ one an event, s_ one a
-- subject; c_d, e_d and s_d are 1-based indices into d_. In d_, `file`, `wrapped`, `wrapped_by` name the data key
-- that sealed the decision (null if nothing personal is in it); `fresh` says that the key is to be stored with it.
-- The caller sends no two decisions of which one writes what the other read or writes, and no idempotency key twice.
--
-- Answers, one row a decision: (d, 'appended', position, when it was recorded; null if an earlier attempt had written it),
-- (d, 'replayed', position of the first, null),
-- (d, 'stale', version found, index into c_), (d, 'rekey', null, null): another key is in force for that file;
-- and one row (0, 'head', position, epoch).
CREATE OR REPLACE FUNCTION ledger_append(
    clock bigint,  -- the time to record, or null for the clock of this server
    again boolean, -- the group may have been written before: look the decisions up by their ids first
    d_id text[], d_at bigint[], d_caller text[], d_actor text[], d_type text[], d_command text[], d_loaded text[],
    d_outcome text[], d_answer text[], d_refusal text[], d_edition text[], d_software text[], d_key text[],
    d_digest bytea[], d_leaf bytea[], d_file text[], d_wrapped bytea[], d_wrapped_by text[], d_fresh boolean[],
    c_d int[], c_type text[], c_id text[], c_version bigint[],
    e_d int[], e_ordinal bigint[], e_type text[], e_id text[], e_sequence bigint[], e_name text[], e_version text[],
    e_payload text[], e_metadata text[],
    s_d int[], s_kind text[], s_id text[])
RETURNS TABLE (d int, verdict text, number bigint, which bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    base bigint;
    era bigint;
    moment bigint;
    written int[] := '{}';
    replayed int[] := '{}';
    stale int[];
    open int[];
    rekey int[] := '{}';
    good int[];
BEGIN
    SELECT h.position, h.epoch INTO STRICT base, era FROM head h FOR UPDATE;

    -- Look-ups go through LATERAL with LIMIT 1: a plan made on a young table would read all of it for a join or = ANY.
    IF again THEN
        SELECT coalesce(array_agg(u.o::int), '{}') INTO written FROM unnest(d_id) WITH ORDINALITY AS u(i, o),
            LATERAL (SELECT 1 FROM decisions x WHERE x.decision_id = u.i::uuid LIMIT 1) x;
    END IF;
    SELECT coalesce(array_agg(u.o::int), '{}') INTO replayed FROM unnest(d_caller, d_key) WITH ORDINALITY AS u(c, k, o),
        LATERAL (SELECT 1 FROM decisions x WHERE x.caller = u.c AND x.idempotency_key = u.k LIMIT 1) x
        WHERE u.k IS NOT NULL AND u.o::int <> ALL (written);
    -- Every stream that was read counts, for refusals too: a refusal on old state would be wrong on record.
    SELECT coalesce(array_agg(c.o::int), '{}') INTO stale FROM unnest(c_d, c_type, c_id, c_version) WITH ORDINALITY AS c(d, t, i, v, o)
        LEFT JOIN LATERAL (SELECT e.sequence FROM events e WHERE e.aggregate_type = c.t AND e.aggregate_id = c.i
            ORDER BY e.sequence DESC LIMIT 1) m ON true
        WHERE coalesce(m.sequence, 0) <> c.v AND c.d <> ALL (written) AND c.d <> ALL (replayed);
    SELECT coalesce(array_agg(o), '{}') INTO open FROM generate_series(1, cardinality(d_id)) AS o
        WHERE o <> ALL (written) AND o <> ALL (replayed) AND o <> ALL (SELECT c_d[s] FROM unnest(stale) AS s);

    -- Several processes may make a key for one file at once: the first to get here wins, the others seal again.
    INSERT INTO data_keys (file, wrapped, wrapped_by, created_at)
        SELECT u.f, u.w, u.b, coalesce(clock, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
        FROM unnest(d_file, d_wrapped, d_wrapped_by, d_fresh) WITH ORDINALITY AS u(f, w, b, n, o)
        WHERE u.n AND u.o::int = ANY (open)
        ON CONFLICT DO NOTHING;
    SELECT coalesce(array_agg(u.o::int), '{}') INTO rekey FROM unnest(d_file, d_wrapped) WITH ORDINALITY AS u(f, w, o)
        LEFT JOIN LATERAL (SELECT k.wrapped FROM data_keys k WHERE k.file = u.f LIMIT 1) k ON true
        WHERE u.f IS NOT NULL AND u.o::int = ANY (open) AND k.wrapped IS DISTINCT FROM u.w;
    SELECT coalesce(array_agg(o ORDER BY o), '{}') INTO good FROM unnest(open) AS o WHERE o <> ALL (rekey);

    IF cardinality(good) > 0 THEN
        -- Monotone, whatever the clocks of the machines say.
        moment := greatest(
            coalesce(clock, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint),
            coalesce((SELECT x.recorded_at FROM decisions x WHERE x.position = base), 0));
        INSERT INTO decisions (position, decision_id, at, recorded_at, caller, actor, command_type, command, loaded, outcome,
                answer, refusal, rule_edition, software, idempotency_key, request_digest, leaf)
            SELECT base + array_position(good, u.o::int), u.i::uuid, u.t, moment, u.c, u.a::json, u.ct, u.cm::json, u.l::json, u.oc,
                u.an::json, u.r::json, u.ed, u.sw, u.k, u.dg, u.lf
            FROM unnest(d_id, d_at, d_caller, d_actor, d_type, d_command, d_loaded, d_outcome, d_answer, d_refusal, d_edition,
                    d_software, d_key, d_digest, d_leaf)
                WITH ORDINALITY AS u(i, t, c, a, ct, cm, l, oc, an, r, ed, sw, k, dg, lf, o)
            WHERE u.o::int = ANY (good);
        INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, ordinal)
            SELECT u.t, u.i, u.s, u.n, u.v, u.p::json, u.m::json, base + array_position(good, u.d), u.o
            FROM unnest(e_d, e_ordinal, e_type, e_id, e_sequence, e_name, e_version, e_payload, e_metadata)
                AS u(d, o, t, i, s, n, v, p, m)
            WHERE u.d = ANY (good);
        INSERT INTO subjects (kind, id, position)
            SELECT u.k, u.i, base + array_position(good, u.d) FROM unnest(s_d, s_kind, s_id) AS u(d, k, i) WHERE u.d = ANY (good);
        UPDATE head SET position = base + cardinality(good);
    END IF;

    RETURN QUERY
        SELECT 0, 'head', base + cardinality(good), era
        UNION ALL SELECT o, 'appended', base + array_position(good, o), moment FROM unnest(good) AS o
        UNION ALL SELECT o, 'rekey', NULL, NULL FROM unnest(rekey) AS o
        UNION ALL SELECT o, 'appended', x.position, NULL FROM unnest(written) AS o,
            LATERAL (SELECT y.position FROM decisions y WHERE y.decision_id = d_id[o]::uuid LIMIT 1) x
        UNION ALL SELECT o, 'replayed', x.position, NULL FROM unnest(replayed) AS o,
            LATERAL (SELECT y.position FROM decisions y WHERE y.caller = d_caller[o] AND y.idempotency_key = d_key[o] LIMIT 1) x
        UNION ALL SELECT c_d[s], 'stale', coalesce(
                (SELECT e.sequence FROM events e WHERE e.aggregate_type = c_type[s] AND e.aggregate_id = c_id[s]
                    ORDER BY e.sequence DESC LIMIT 1), 0), s::bigint
            FROM unnest(stale) AS s;
END $$;

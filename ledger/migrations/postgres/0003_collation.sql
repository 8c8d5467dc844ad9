-- Names are compared byte by byte, whatever the language of the database: an index then costs less to search and to grow, and
-- does not depend on the order that the operating system's library gives to letters, which changes between its versions and leaves
-- indices that no longer find what they hold.
-- As an append does: first the head, so that neither waits for the other.
LOCK TABLE head IN ACCESS EXCLUSIVE MODE;
ALTER TABLE events ALTER COLUMN aggregate_type TYPE text COLLATE "C", ALTER COLUMN aggregate_id TYPE text COLLATE "C";
ALTER TABLE decisions ALTER COLUMN caller TYPE text COLLATE "C", ALTER COLUMN idempotency_key TYPE text COLLATE "C";
ALTER TABLE subjects ALTER COLUMN kind TYPE text COLLATE "C", ALTER COLUMN id TYPE text COLLATE "C";
ALTER TABLE data_keys ALTER COLUMN file TYPE text COLLATE "C";

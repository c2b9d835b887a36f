/** What Causeway keeps on a target. Released scripts are never edited; a change is a new number. */
export const sql000001 = `
CREATE TABLE causeway.checkpoint (
  migration text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('forward', 'reverse')),
  term bigint NOT NULL,
  topic text NOT NULL,
  next_offset bigint NOT NULL,
  last_record_sha256 text,
  assembler jsonb NOT NULL,
  source_commit_ms bigint,
  marker bigint,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (migration, direction)
) WITH (fillfactor = 50);
COMMENT ON TABLE causeway.checkpoint IS
  'What is applied. Changes only in the transaction that applied it; never write it by hand.';

CREATE TABLE causeway.backfill_chunk (
  migration text NOT NULL,
  table_id text NOT NULL,
  chunk integer NOT NULL CHECK (chunk >= 0),
  range_after jsonb,
  range_up_to jsonb,
  state text NOT NULL CHECK (state IN ('planned', 'copied')),
  row_count bigint,
  byte_count bigint,
  planned_at timestamptz NOT NULL DEFAULT now(),
  copied_at timestamptz,
  PRIMARY KEY (migration, table_id, chunk)
) WITH (fillfactor = 70);
COMMENT ON TABLE causeway.backfill_chunk IS
  'Ledger of the backfill: a chunk is marked copied in the transaction that copied its rows.';

CREATE TABLE causeway.applied_step (
  migration text NOT NULL,
  step_id text NOT NULL,
  sql_sha256 text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done')),
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (migration, step_id)
);
COMMENT ON TABLE causeway.applied_step IS
  'Steps of the plan that ran here. A step left running is undone and run again.';

CREATE TABLE causeway.made_table (
  migration text NOT NULL,
  table_oid oid NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  PRIMARY KEY (migration, table_oid)
);
COMMENT ON TABLE causeway.made_table IS
  'Tables that a step made: only these may a migration find in its way.';
`;

/** The first tables of the control store. Never edited after a release; later changes are migrations of their own. */
export const control001 = `
CREATE TABLE causeway_control.migration (
  name text PRIMARY KEY,
  file jsonb NOT NULL,
  stage text NOT NULL DEFAULT 'draft',
  plan jsonb,
  plan_fingerprint text,
  approved_fingerprint text,
  approved_at timestamptz,
  marker_start bigint,
  marker_end bigint,
  is_paused boolean NOT NULL DEFAULT false,
  halts jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  stage_since timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE causeway_control.lease (
  migration text NOT NULL REFERENCES causeway_control.migration (name) ON DELETE CASCADE,
  role text NOT NULL,
  holder text NOT NULL,
  token bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (migration, role)
);

CREATE TABLE causeway_control.schema_cache (
  migration text NOT NULL REFERENCES causeway_control.migration (name) ON DELETE CASCADE,
  registry_id bigint NOT NULL,
  schema text NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (migration, registry_id)
);

CREATE TABLE causeway_control.registry_canary (
  migration text PRIMARY KEY REFERENCES causeway_control.migration (name) ON DELETE CASCADE,
  registry_id bigint NOT NULL,
  schema text NOT NULL
);

CREATE TABLE causeway_control.part_status (
  migration text NOT NULL REFERENCES causeway_control.migration (name) ON DELETE CASCADE,
  part text NOT NULL,
  holder text NOT NULL,
  at timestamptz NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (migration, part)
);

CREATE TABLE causeway_control.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  migration text NOT NULL REFERENCES causeway_control.migration (name) ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  stage text NOT NULL,
  holder text NOT NULL,
  data jsonb NOT NULL
);

CREATE INDEX event_of_migration ON causeway_control.event (migration, id);

CREATE FUNCTION causeway_control.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the history in causeway_control.event is only added to';
END
$body$;

CREATE TRIGGER event_is_append_only BEFORE UPDATE OR TRUNCATE ON causeway_control.event
  FOR EACH STATEMENT EXECUTE FUNCTION causeway_control.refuse_change();
`;

-- columns
event.id bigint NOT NULL IDENTITY
event.migration text NOT NULL
event.at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
event.kind text NOT NULL
event.stage text NOT NULL
event.holder text NOT NULL
event.data jsonb NOT NULL
lease.migration text NOT NULL
lease.role text NOT NULL
lease.holder text NOT NULL
lease.token bigint NOT NULL
lease.expires_at timestamp with time zone NOT NULL
migration.name text NOT NULL
migration.file jsonb NOT NULL
migration.stage text NOT NULL DEFAULT 'draft'::text
migration.plan jsonb
migration.plan_fingerprint text
migration.approved_fingerprint text
migration.approved_at timestamp with time zone
migration.marker_start bigint
migration.marker_end bigint
migration.is_paused boolean NOT NULL DEFAULT false
migration.halts jsonb NOT NULL DEFAULT '{}'::jsonb
migration.created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
migration.stage_since timestamp with time zone NOT NULL DEFAULT clock_timestamp()
migration.updated_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
part_status.migration text NOT NULL
part_status.part text NOT NULL
part_status.holder text NOT NULL
part_status.at timestamp with time zone NOT NULL
part_status.data jsonb NOT NULL
registry_canary.migration text NOT NULL
registry_canary.registry_id bigint NOT NULL
registry_canary.schema text NOT NULL
schema_cache.migration text NOT NULL
schema_cache.registry_id bigint NOT NULL
schema_cache.schema text NOT NULL
schema_cache.sha256 text NOT NULL
store_version.version integer NOT NULL
store_version.done_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()

-- constraints
causeway_control.event: FOREIGN KEY (migration) REFERENCES causeway_control.migration(name) ON DELETE CASCADE
causeway_control.event: PRIMARY KEY (id)
causeway_control.lease: FOREIGN KEY (migration) REFERENCES causeway_control.migration(name) ON DELETE CASCADE
causeway_control.lease: PRIMARY KEY (migration, role)
causeway_control.migration: PRIMARY KEY (name)
causeway_control.part_status: FOREIGN KEY (migration) REFERENCES causeway_control.migration(name) ON DELETE CASCADE
causeway_control.part_status: PRIMARY KEY (migration, part)
causeway_control.registry_canary: FOREIGN KEY (migration) REFERENCES causeway_control.migration(name) ON DELETE CASCADE
causeway_control.registry_canary: PRIMARY KEY (migration)
causeway_control.schema_cache: FOREIGN KEY (migration) REFERENCES causeway_control.migration(name) ON DELETE CASCADE
causeway_control.schema_cache: PRIMARY KEY (migration, registry_id)
causeway_control.store_version: PRIMARY KEY (version)

-- indexes
CREATE INDEX event_of_migration ON causeway_control.event USING btree (migration, id)
CREATE UNIQUE INDEX event_pkey ON causeway_control.event USING btree (id)
CREATE UNIQUE INDEX lease_pkey ON causeway_control.lease USING btree (migration, role)
CREATE UNIQUE INDEX migration_pkey ON causeway_control.migration USING btree (name)
CREATE UNIQUE INDEX part_status_pkey ON causeway_control.part_status USING btree (migration, part)
CREATE UNIQUE INDEX registry_canary_pkey ON causeway_control.registry_canary USING btree (migration)
CREATE UNIQUE INDEX schema_cache_pkey ON causeway_control.schema_cache USING btree (migration, registry_id)
CREATE UNIQUE INDEX store_version_pkey ON causeway_control.store_version USING btree (version)

-- triggers
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR TRUNCATE ON causeway_control.event FOR EACH STATEMENT EXECUTE FUNCTION causeway_control.refuse_change()

-- functions
CREATE OR REPLACE FUNCTION causeway_control.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'the history in causeway_control.event is only added to';
END
$function$


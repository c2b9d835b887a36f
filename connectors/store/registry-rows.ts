import type { Canary, CanaryStore } from '../registry/canary.ts';
import type { SchemaStore } from '../registry/schema-cache.ts';
import type { StoreQueries } from './store.ts';

/** Schemas of one migration's log, kept for as long as the migration lives. */
export function schemaRows(store: StoreQueries, migration: string): SchemaStore {
  return {
    load: async (id) => {
      const { rows } = await store.query<{ schema: string }>(
        'SELECT schema FROM causeway_control.schema_cache WHERE migration = $1 AND registry_id = $2',
        [migration, id],
      );
      return rows[0]?.schema ?? null;
    },
    save: async (id, schema, sha256) => {
      await store.query(
        `INSERT INTO causeway_control.schema_cache (migration, registry_id, schema, sha256)
         VALUES ($1, $2, $3, $4) ON CONFLICT (migration, registry_id) DO NOTHING`,
        [migration, id, schema, sha256],
      );
    },
  };
}

export function canaryRow(store: StoreQueries, migration: string): CanaryStore {
  return {
    load: async () => {
      const { rows } = await store.query<{ registry_id: string; schema: string }>(
        'SELECT registry_id, schema FROM causeway_control.registry_canary WHERE migration = $1',
        [migration],
      );
      const row = rows[0];
      return row === undefined ? null : { id: Number(row.registry_id), schema: row.schema };
    },
    save: async ({ id, schema }: Canary) => {
      await store.query(
        `INSERT INTO causeway_control.registry_canary (migration, registry_id, schema)
         VALUES ($1, $2, $3) ON CONFLICT (migration) DO NOTHING`,
        [migration, id, schema],
      );
    },
  };
}

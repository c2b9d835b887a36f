import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, readEvents } from '../../connectors/store/events.ts';
import { acquireLease, readLeases, releaseLease, renewLease } from '../../connectors/store/leases.ts';
import {
  approvePlan,
  ensureMigration,
  moveStage,
  readMigration,
  savePlan,
  setHalt,
  setMarkers,
} from '../../connectors/store/migration-rows.ts';
import { readPartStatus, writePartStatus } from '../../connectors/store/part-status.ts';
import { canaryRow, schemaRows } from '../../connectors/store/registry-rows.ts';
import { Store } from '../../connectors/store/store.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import { acceptFile } from '../../services/control/accept-file.ts';
import { dumpSchema } from './dump-schema.ts';
import { makeScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { targetServerUrl } from './target-server.ts';

let database: ScratchDatabase;
let store: Store;
let names = 0;

const file = {
  tables: ['shop.*'],
  plan: { approve: 'manual' },
  source: { url: 'mysql://u:***@h' },
  limits: { backfill: { readers: 2, chunkRows: 1_000 } },
};

async function openStore(url = database.url): Promise<Store> {
  return Store.open({ url, connectionsMax: 4, onIdleError: () => undefined });
}

async function newMigration(): Promise<string> {
  const name = `m${++names}`;
  await ensureMigration(store, name, file);
  return name;
}

function planOf(migration: string, fingerprint: string): MigrationPlan {
  return {
    version: 1,
    migration,
    targetSchema: 'public',
    tables: [],
    expand: [],
    post: [],
    notes: [],
    fingerprint,
  };
}

beforeAll(async () => {
  database = await makeScratchDatabase(await targetServerUrl());
  store = await openStore();
  await store.migrate();
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

describe('setting the store up', () => {
  it('ends with the schema that is checked in', async () => {
    await expect(await dumpSchema(database, 'causeway_control')).toMatchFileSnapshot(
      '../../connectors/store/schema.sql',
    );
  });

  it('lets processes that start together set it up once', async () => {
    const other = await makeScratchDatabase(await targetServerUrl());
    const stores = await Promise.all(Array.from({ length: 5 }, async () => openStore(other.url)));
    await Promise.all(stores.map(async (each) => each.migrate()));
    await Promise.all(stores.map(async (each) => each.migrate()));
    expect(await other.query('SELECT version FROM causeway_control.store_version')).toEqual([['1']]);
    for (const each of stores) await each.close();
    await other.drop();
  });

  it('refuses a store of a newer version', async () => {
    const other = await makeScratchDatabase(await targetServerUrl());
    const newer = await openStore(other.url);
    await newer.migrate();
    await other.query('INSERT INTO causeway_control.store_version (version) VALUES (999)');
    await expect(newer.migrate()).rejects.toMatchObject({ code: 'STORE_NEWER' });
    await newer.close();
    await other.drop();
  });

  it('tells a server that is away, a wrong password or a missing database by code, without the password', async () => {
    const url = new URL(database.url);
    url.pathname = '/nope';
    const missing = await openStore(url.href);
    await expect(missing.migrate()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await missing.close();
    const away = await openStore('postgres://u:geheim@127.0.0.1:9/x');
    await expect(away.migrate()).rejects.toThrow(/^(?!.*geheim).*cannot be used/u);
    await away.close();
  });
});

describe('leases', () => {
  it('give a role to one process at a time, and to the next one when they run out', async () => {
    const migration = await newMigration();
    const first = await acquireLease(store, { migration, role: 'apply', holder: 'a' }, 300);
    expect(first?.token).toBe(1n);
    expect(await acquireLease(store, { migration, role: 'apply', holder: 'b' }, 300)).toBeNull();
    await delay(350);
    const second = await acquireLease(store, { migration, role: 'apply', holder: 'b' }, 10_000);
    expect(second?.token).toBe(2n);
    if (first === null) throw new Error('no lease');
    expect(await renewLease(store, first, 10_000)).toBe(false);
    await releaseLease(store, first);
    expect(await readLeases(store, migration)).toEqual([{ role: 'apply', holder: 'b', isLive: true }]);
  });

  it('outlive their time as long as they are renewed, and end at once when given back', async () => {
    const migration = await newMigration();
    const lease = await acquireLease(store, { migration, role: 'control', holder: 'a' }, 300);
    if (lease === null) throw new Error('no lease');
    for (let renewal = 0; renewal < 4; renewal++) {
      await delay(120);
      expect(await renewLease(store, lease, 300)).toBe(true);
    }
    await releaseLease(store, lease);
    expect((await acquireLease(store, { migration, role: 'control', holder: 'b' }, 300))?.token).toBe(2n);
  });

  it('go to exactly one of many that ask at the same moment', async () => {
    const migration = await newMigration();
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, at) =>
        acquireLease(store, { migration, role: 'backfill', holder: `p${at}` }, 10_000),
      ),
    );
    expect(answers.filter((lease) => lease !== null)).toHaveLength(1);
  });
});

describe('stages', () => {
  it('move only from the stage they are at, and only under the live control lease', async () => {
    const migration = await newMigration();
    const old = await acquireLease(store, { migration, role: 'control', holder: 'a' }, 100);
    await delay(150);
    const lease = await acquireLease(store, { migration, role: 'control', holder: 'b' }, 10_000);
    if (old === null || lease === null) throw new Error('no lease');
    expect(await moveStage(store, old, { from: 'draft', to: 'preflight' })).toBe(false);
    expect(await moveStage(store, lease, { from: 'draft', to: 'preflight' })).toBe(true);
    expect(await moveStage(store, lease, { from: 'draft', to: 'preflight' })).toBe(false);
    expect(await setMarkers(store, old, { start: 5n })).toBe(false);
    expect(await setMarkers(store, lease, { start: 9_007_199_254_740_993n })).toBe(true);
    expect(await setMarkers(store, lease, { start: 7n, end: 8n })).toBe(true);
    expect(await readMigration(store, migration)).toMatchObject({
      stage: 'preflight',
      markerStart: 9_007_199_254_740_993n,
      markerEnd: 8n,
    });
  });

  it('an approval holds for the plan it was given to and for no other', async () => {
    const migration = await newMigration();
    expect(await savePlan(store, planOf(migration, 'one'))).toBe(true);
    expect(await approvePlan(store, migration, 'other')).toBe(false);
    expect(await approvePlan(store, migration, 'one')).toBe(true);
    await savePlan(store, planOf(migration, 'two'));
    expect(await readMigration(store, migration)).toMatchObject({
      planFingerprint: 'two',
      approvedFingerprint: 'one',
    });
  });

  it('a plan that is being carried out is not replaced', async () => {
    const migration = await newMigration();
    const lease = await acquireLease(store, { migration, role: 'control', holder: 'a' }, 10_000);
    if (lease === null) throw new Error('no lease');
    await moveStage(store, lease, { from: 'draft', to: 'expand' });
    expect(await savePlan(store, planOf(migration, 'late'))).toBe(false);
  });
});

describe('the file', () => {
  const changed = {
    ...file,
    source: { url: 'mysql://u:***@other' },
    limits: { backfill: { readers: 8, chunkRows: 1_000 } },
  };

  it('may change as a whole before anything is created', async () => {
    const migration = await newMigration();
    await acceptFile(store, { migration, redacted: changed, holder: 'a' });
    expect((await readMigration(store, migration))?.file).toEqual(changed);
  });

  it('takes changed limits of a migration that lives and refuses everything else, naming it', async () => {
    const migration = await newMigration();
    const lease = await acquireLease(store, { migration, role: 'control', holder: 'a' }, 10_000);
    if (lease === null) throw new Error('no lease');
    await moveStage(store, lease, { from: 'draft', to: 'sync' });
    await expect(acceptFile(store, { migration, redacted: changed, holder: 'a' })).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      facts: { changes: ['source.url: "mysql://u:***@h" -> "mysql://u:***@other"'] },
    });
    const faster = { ...file, limits: changed.limits };
    await acceptFile(store, { migration, redacted: faster, holder: 'a' });
    expect((await readMigration(store, migration))?.limits.backfill.readers).toBe(8);
  });
});

describe('what parts say', () => {
  it('halts of several parts stand side by side and go one by one', async () => {
    const migration = await newMigration();
    const halt = {
      code: 'LOG_GAP',
      message: 'm',
      remedy: 'r',
      isRetryable: false,
      at: '2026-01-01T00:00:00.000Z',
    };
    await setHalt(store, migration, 'apply', halt);
    await setHalt(store, migration, 'control', { ...halt, code: 'CONNECTOR_FAILED' });
    await setHalt(store, migration, 'apply', null);
    const row = await readMigration(store, migration);
    expect(Object.keys(row?.halts ?? {})).toEqual(['control']);
  });

  it('a status replaces the one before and carries 64-bit numbers as digits', async () => {
    const migration = await newMigration();
    const part = { migration, part: 'apply', holder: 'a' };
    await writePartStatus(store, { ...part, data: { nextOffset: 1n } });
    await writePartStatus(store, { ...part, holder: 'b', data: { nextOffset: 9_007_199_254_740_993n } });
    expect(await readPartStatus(store, migration)).toMatchObject([
      { part: 'apply', holder: 'b', data: { nextOffset: '9007199254740993' } },
    ]);
  });

  it('the history is only added to', async () => {
    const migration = await newMigration();
    for (const at of [1, 2, 3]) {
      await addEvent(store, { migration, kind: 'note', stage: 'draft', holder: 'a', data: { at } });
    }
    expect((await readEvents(store, migration, 2)).map(({ data }) => data)).toEqual([{ at: 2 }, { at: 3 }]);
    await expect(database.query(`UPDATE causeway_control.event SET holder = 'x'`)).rejects.toThrow(
      /only added to/u,
    );
  });

  it('a schema and a canary are kept as they came first', async () => {
    const migration = await newMigration();
    const schemas = schemaRows(store, migration);
    expect(await schemas.load(7)).toBeNull();
    await schemas.save(7, '"int"', 'x');
    await schemas.save(7, '"long"', 'y');
    expect(await schemas.load(7)).toBe('"int"');
    const canary = canaryRow(store, migration);
    expect(await canary.load()).toBeNull();
    await canary.save({ id: 4_294_967_295, schema: '{}' });
    expect(await canary.load()).toEqual({ id: 4_294_967_295, schema: '{}' });
  });
});

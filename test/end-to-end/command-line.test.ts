import { appendFile, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { migrationDocumentSchema } from '../../schemas/api/migration-document.ts';
import { Scene, withDatabase } from '../harness/scene.ts';
import { openTestStack } from '../harness/stack.ts';
import { seedChanges } from '../harness/workload-changes.ts';

/** A person's way through the command line, with nothing but the two URLs and the commands of the documentation. */
let scene: Scene;
let env: Record<string, string>;

beforeAll(async () => {
  scene = await Scene.open({ stack: openTestStack(), name: 'person' });
  await seedChanges(scene.sourceUrl, scene.database, 3000);
  const { kafka, connect, registry, postgres } = scene.endpoints;
  env = {
    CAUSEWAY_HOME: `${scene.folder}/home`,
    CAUSEWAY_STACK: 'external',
    CAUSEWAY_MYSQL_URL: scene.sourceUrl,
    CAUSEWAY_POSTGRES_URL: scene.targetUrl,
    CAUSEWAY_STORE_URL: withDatabase(postgres.url, `sto_${scene.id}`),
    CAUSEWAY_KAFKA: kafka.bootstrapServers,
    CAUSEWAY_CONNECT_URL: connect.url,
    CAUSEWAY_CONNECT_SECRETS_DIR: connect.secretsDir,
    CAUSEWAY_REGISTRY_URL: registry.url,
    SOURCE_PASSWORD: decodeURIComponent(new URL(scene.sourceUrl).password),
    TARGET_PASSWORD: decodeURIComponent(new URL(scene.targetUrl).password),
  };
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

async function causeway(...args: string[]): Promise<{ code: number | null; output: string }> {
  const process = await scene.start({ args, env });
  const { code } = await process.waitForExit(180_000);
  return { code, output: process.lines.join('\n') };
}

async function tablesOnTarget(): Promise<unknown[]> {
  return scene.target("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");
}

describe('from two URLs to a consistent target', () => {
  const file = (): string => `${scene.folder}/written.yaml`;

  it('init writes a file without passwords, and not over another one', async () => {
    const urls = ['--source', `${scene.sourceUrl}/${scene.database}`, '--target', scene.targetUrl];
    const args = ['init', ...urls, '-f', file(), '--migration', scene.migration];
    expect((await causeway(...args)).code).toBe(0);
    const text = await readFile(file(), 'utf8');
    expect(text).toContain(`${scene.database}.*`);
    expect(text).not.toContain(env['SOURCE_PASSWORD']);
    const again = await causeway(...args);
    expect(again.code).toBe(2);
    expect(again.output).toContain('FILE_EXISTS');
    // The test stack has one broker only, and a file says so.
    const brokers = scene.endpoints.kafka.bootstrapServers.split(',');
    await appendFile(file(), `\n${stringify({ kafka: { brokers, replicationFactor: 1 } })}`);
  });

  it('plan shows the SQL and creates nothing; run refuses an unapproved plan with exit code 3', async () => {
    const { code, output } = await causeway('plan', '-f', file());
    expect(code).toBe(0);
    expect(output).toMatch(/CREATE TABLE .*item/);
    expect(await tablesOnTarget()).toEqual([]);
    const refused = await causeway('run', '-f', file(), '--until', 'consistent');
    expect(refused.code).toBe(3);
    expect(refused.output).toContain('PLAN_NOT_APPROVED');
    expect(await tablesOnTarget()).toEqual([]);
  });

  it('an approved plan runs until it is consistent, exits 0, and says that equality is not yet proven', async () => {
    expect((await causeway('plan', '-f', file(), '--approve')).code).toBe(0);
    const { code, output } = await causeway('run', '-f', file(), '--until', 'consistent');
    expect(output).toContain('not yet proven');
    expect(code).toBe(0);
    expect(await tablesOnTarget()).toHaveLength(3);
    expect(await scene.differences()).toBe('');
  });

  it('a second start goes on, status shows it from the API alone, and SIGINT ends it with exit code 130', async () => {
    const process = await scene.start({ args: ['run', '-f', file()], env });
    await scene.waitForStage(process, 'verify');
    await scene.sql("INSERT INTO item (id, code) VALUES (900001, 'later')");
    await scene.settle(process);
    const api = {
      CAUSEWAY_HOME: `${scene.folder}/elsewhere`,
      CAUSEWAY_URL: process.url,
      CAUSEWAY_TOKEN: process.token,
    };
    const asked = await scene.start({ args: ['status', '-o', 'json'], env: api });
    expect((await asked.waitForExit(20_000)).code).toBe(0);
    const document = migrationDocumentSchema.parse(JSON.parse(asked.lines.join('\n')));
    expect(document).toMatchObject({ migration: scene.migration, stage: 'verify', halts: [] });
    expect(document.backfill?.tables.map(({ table }) => table)).toContain(`${scene.database}.item`);
    const wrong = await scene.start({ args: ['status'], env: { ...api, CAUSEWAY_TOKEN: 'x'.repeat(20) } });
    expect((await wrong.waitForExit(20_000)).code).toBe(1);
    expect(wrong.lines.join('\n')).toContain('UNAUTHORIZED');
    process.kill('SIGINT');
    expect((await process.waitForExit(60_000)).code).toBe(130);
    expect(await scene.differences()).toBe('');
  });

  it('a file that changes what cannot change is refused with exit code 6 and shows the difference', async () => {
    const changed = `${scene.folder}/changed.yaml`;
    const text = await readFile(file(), 'utf8');
    await appendFile(changed, text.replace('schema: public', 'schema: other'));
    const { code, output } = await causeway('run', '-f', changed);
    expect(code).toBe(6);
    expect(output).toContain('FILE_CHANGED');
    expect(output).toContain('target.schema');
  });

  it('wrong words end with exit code 2, and a time that passes with 5', async () => {
    expect((await causeway('rum')).code).toBe(2);
    expect((await causeway('run', '-f', `${scene.folder}/missing.yaml`)).code).toBe(2);
    const slow = await scene.start({ args: ['--timeout', '2s', 'run', '-f', file()], env });
    expect((await slow.waitForExit(60_000)).code).toBe(5);
  });
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import type { CausewayProcess } from '../harness/causeway-process.ts';
import { Scene } from '../harness/scene.ts';
import { openTestStack, type RestartablePart } from '../harness/stack.ts';
import { seedChanges } from '../harness/workload-changes.ts';

// With characters that URLs, YAML and properties files escape, so that a search also has to try the escaped forms.
const canaries = {
  source: `cnry$rc-${randomBytes(6).toString('hex')}#@/`,
  target: `cnryTgt-${randomBytes(6).toString('hex')}%:?`,
};
const forms = Object.values(canaries).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
]);

let scene: Scene;
let process: CausewayProcess;
let user: string;

beforeAll(async () => {
  scene = await Scene.open({ stack: openTestStack(), name: 'canary' });
  user = scene.id;
  await seedChanges(scene.sourceUrl, scene.database, 500);
  await scene.sql(
    `CREATE USER '${user}'@'%' IDENTIFIED BY '${canaries.source}'; GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION`,
  );
  await onPostgres(`CREATE ROLE "${user}" SUPERUSER LOGIN PASSWORD '${canaries.target}'`);
  await scene.writeFile({
    source: { engine: 'mysql', url: withLogin(scene.sourceUrl, user, '${env:CANARY_SOURCE}') },
    target: {
      engine: 'postgres',
      url: withLogin(scene.targetUrl, user, '${env:CANARY_TARGET}'),
      schema: 'public',
    },
  });
  process = await scene.start({
    env: { CANARY_SOURCE: canaries.source, CANARY_TARGET: canaries.target, CAUSEWAY_LOG_LEVEL: 'debug' },
  });
  await scene.waitForStage(process, 'verify');
  await scene.sql("INSERT INTO item (id, code) VALUES (900001, 'streamed')");
  await scene.settle(process);
});

afterAll(async () => {
  const name = user;
  await scene[Symbol.asyncDispose]();
  await scene.sql(`DROP USER IF EXISTS '${name}'@'%'`, null);
  await onPostgres(`DROP ROLE IF EXISTS "${name}"`);
});

async function onPostgres(statement: string): Promise<void> {
  const client = new Client({ connectionString: scene.endpoints.postgres.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function withLogin(url: string, name: string, password: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${name}:${password}@${host}${pathname}`;
}

function leaksIn(place: string, text: string): string[] {
  return forms.filter((form) => text.includes(form)).map((form) => `${place} holds ${form.slice(0, 5)}...`);
}

describe('a password', () => {
  it('is found by this search where it is planted, and the migration used it', async () => {
    expect(
      leaksIn('x', `error for mysql://${user}:${encodeURIComponent(canaries.source)}@host`),
    ).toHaveLength(1);
    expect(leaksIn('x', canaries.target)).toHaveLength(1);
    expect(await scene.differences()).toBe('');
  });

  it('stands in no answer of Kafka Connect', async () => {
    const name = scene.names.connector;
    const paths = ['', '/status', '/config', '/tasks', '/offsets', '/topics'].map(
      (path) => `/connectors/${name}${path}`,
    );
    for (const path of [...paths, '/connectors?expand=info&expand=status']) {
      const { status, text } = await scene.connect.request('GET', path);
      expect(status, path).toBe(200);
      expect(leaksIn(path, text)).toEqual([]);
    }
  });

  it('stands in no topic, those of Connect itself among them', async () => {
    const topics = await scene.kafka.topics();
    expect(topics).toContain(scene.names.topic);
    for (const topic of topics.filter((name) => name !== '__consumer_offsets')) {
      await scene.kafka.readAll(topic, ({ key, value }) => {
        const text = `${key?.toString('utf8') ?? ''}\n${value?.toString('utf8') ?? ''}`;
        expect(leaksIn(topic, text)).toEqual([]);
      });
    }
  });

  it('stands in no log line of the service or of a server', async () => {
    const parts: RestartablePart[] = ['connect', 'kafka', 'registry'];
    const paths = parts.flatMap((part) => scene.stack.logPath(part) ?? []);
    const own = (await readdir(scene.folder))
      .filter((name) => name.endsWith('.log'))
      .map((name) => join(scene.folder, name));
    expect(own.length).toBeGreaterThan(0);
    for (const path of [...own, ...paths]) expect(leaksIn(path, await readFile(path, 'utf8'))).toEqual([]);
  });

  it('stands in no command line of any process', async () => {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      expect(leaksIn(`process ${pid}`, commandLine)).toEqual([]);
    }
  });

  it('stands in no answer of the API, and in no error about a wrong password', async () => {
    for (const path of [
      '/v1/migrations',
      `/v1/migrations/${scene.migration}`,
      '/metrics',
      '/livez',
      '/readyz',
      '/nowhere',
    ]) {
      const answer = await process.request(path);
      expect(answer, path).not.toBeNull();
      expect(leaksIn(path, answer?.text ?? '')).toEqual([]);
    }
    await onPostgres(`ALTER ROLE "${user}" NOLOGIN`);
    await scene.sql(`ALTER USER '${user}'@'%' ACCOUNT LOCK`);
    await process.stop();
    const refused = await scene.start({
      env: { CANARY_SOURCE: canaries.source, CANARY_TARGET: canaries.target },
    });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const answer = refused.isRunning ? await refused.request(`/v1/migrations/${scene.migration}`) : null;
    expect(leaksIn('status', answer?.text ?? '')).toEqual([]);
    expect(leaksIn('output', refused.lines.join('\n'))).toEqual([]);
  });

  it('stands in no row of the control store or of the target', async () => {
    const { Client: PgClient } = await import('pg');
    for (const database of [`sto_${scene.id}`, `tgt_${scene.id}`]) {
      const url = new URL(scene.endpoints.postgres.url);
      url.pathname = `/${database}`;
      const client = new PgClient({ connectionString: url.href });
      await client.connect();
      const { rows } = await client.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname LIKE 'causeway%'`,
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { name } of rows) {
        const found = await client.query<{ line: string }>(`SELECT t::text AS line FROM ${name} AS t`);
        expect(leaksIn(name, found.rows.map((row) => row.line).join('\n'))).toEqual([]);
      }
      await client.end();
    }
  });
});

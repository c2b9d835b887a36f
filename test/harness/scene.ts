import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import { stringify } from 'yaml';
import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import { logNames } from '../../schemas/log-names.ts';
import { hasReached, type Stage } from '../../schemas/stage.ts';
import { CausewayProcess, type CausewayProcessOptions } from './causeway-process.ts';
import { compareTables, comparisonText, type Comparison } from './compare-tables.ts';
import type { TablePair } from './compare/read-tables.ts';
import { ConnectRest } from './connect-rest.ts';
import { KafkaLog } from './kafka-log.ts';
import { projectRoot } from './project-root.ts';
import type { StackEndpoints, TestStack } from './stack.ts';

/** Any part of a migration file that a test wants otherwise. */
export type FileChange = Readonly<Record<string, unknown>>;

export interface SceneOptions {
  readonly stack: TestStack;
  /** Letters for names, so that logs tell which test they belong to. */
  readonly name: string;
  /** Tables of the scene's database to migrate; all of them when not given. */
  readonly tables?: readonly string[];
  readonly limits?: object;
}

type StartOptions = Partial<Omit<CausewayProcessOptions, 'migration'>>;

/** Waits that are right in production would make most of a test's time. */
const quickSettings = {
  CAUSEWAY_LEASE_MS: '5000',
  CAUSEWAY_HALT_RETRY_MS: '1000',
  CAUSEWAY_MARKER_MS: '250',
};
const stageTimeoutMs = 180_000;
const settleTimeoutMs = 120_000;

/** One test's own world on the shared stack: source database, target and store databases, migration, processes. Disposing takes all of it away. */
export class Scene {
  readonly id: string;
  readonly database: string;
  readonly migration: string;
  readonly folder: string;
  readonly file: string;
  readonly targetSchema = 'public';
  readonly endpoints: StackEndpoints;
  readonly kafka: KafkaLog;
  readonly connect: ConnectRest;
  readonly names: ReturnType<typeof logNames>;
  readonly #options: SceneOptions;
  readonly #processes: CausewayProcess[] = [];

  private constructor(options: SceneOptions, endpoints: StackEndpoints) {
    this.id = `${options.name}_${randomBytes(3).toString('hex')}`;
    this.database = `src_${this.id}`;
    this.migration = this.id.replaceAll('_', '-');
    this.folder = join(projectRoot, '.causeway', 'test-runs', this.id);
    this.file = join(this.folder, 'causeway.yaml');
    this.endpoints = endpoints;
    this.kafka = new KafkaLog(endpoints.kafka.bootstrapServers);
    this.connect = new ConnectRest(endpoints.connect.url);
    this.names = logNames(this.migration);
    this.#options = options;
  }

  static async open(options: SceneOptions): Promise<Scene> {
    const scene = new Scene(options, await options.stack.endpoints());
    await mkdir(scene.folder, { recursive: true });
    await scene.sql(`CREATE DATABASE \`${scene.database}\` CHARACTER SET utf8mb4`, null);
    await scene.#onPostgres(async (client) => {
      await client.query(`CREATE DATABASE "tgt_${scene.id}"`);
      await client.query(`CREATE DATABASE "sto_${scene.id}"`);
    });
    await scene.writeFile();
    return scene;
  }

  get stack(): TestStack {
    return this.#options.stack;
  }

  get sourceUrl(): string {
    return this.endpoints.mysql.url;
  }

  get targetUrl(): string {
    return withDatabase(this.endpoints.postgres.url, `tgt_${this.id}`);
  }

  /** Writes the migration file, with top-level parts replaced as the test wants. */
  async writeFile(change: FileChange = {}): Promise<void> {
    const tables = this.#options.tables ?? ['*'];
    const { kafka, connect, registry } = this.endpoints;
    const file = {
      version: 1,
      migration: this.migration,
      source: { engine: 'mysql', url: this.sourceUrl },
      target: { engine: 'postgres', url: this.targetUrl, schema: this.targetSchema },
      tables: tables.map((table) => `${this.database}.${table}`),
      plan: { approve: 'auto' },
      ...(this.#options.limits === undefined ? {} : { limits: this.#options.limits }),
      kafka: { brokers: kafka.bootstrapServers.split(','), replicationFactor: 1 },
      connect: { url: connect.url, secretsDir: connect.secretsDir },
      registry: { url: registry.url },
      store: { url: withDatabase(this.endpoints.postgres.url, `sto_${this.id}`) },
      ...change,
    };
    await writeFile(this.file, stringify(file));
  }

  /** Starts `causeway run` on the scene's file. */
  async start(options: StartOptions = {}): Promise<CausewayProcess> {
    const number = this.#processes.length + 1;
    const home = options.home ?? join(this.folder, `home-${number}`);
    await mkdir(home, { recursive: true });
    const process = await CausewayProcess.start({
      args: ['run', '-f', this.file],
      logFile: join(this.folder, `process-${number}.log`),
      ...options,
      env: { ...quickSettings, ...options.env },
      home,
      migration: this.migration,
    });
    this.#processes.push(process);
    return process;
  }

  /** Runs a command of the same product to its end. */
  async command(args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const process = await this.start({ args });
    const { code } = await process.waitForExit(stageTimeoutMs);
    return { code, output: process.lines.join('\n') };
  }

  async waitForStage(process: CausewayProcess, stage: Stage): Promise<MigrationDocument> {
    return process.waitFor(`stage ${stage}`, (document) => hasReached(document.stage, stage), stageTimeoutMs);
  }

  /** Starts and waits until the target is consistent. */
  async startConsistent(options: StartOptions = {}): Promise<CausewayProcess> {
    const process = await this.start(options);
    await this.waitForStage(process, 'verify');
    return process;
  }

  async waitForHalt(process: CausewayProcess, code: string): Promise<MigrationDocument> {
    return process.waitFor(
      `a halt with ${code}`,
      (document) => document.halts.some((halt) => halt.code === code),
      stageTimeoutMs,
    );
  }

  /** Waits until everything committed on the source before this call is applied: two markers later than the last one. */
  async settle(process: CausewayProcess): Promise<void> {
    const rows = await this.sql('SELECT n FROM causeway.marker WHERE migration = ?', null, [this.migration]);
    const wanted = BigInt(String(rows[0]?.['n'])) + 2n;
    await process.waitFor(
      `marker ${wanted} in the target`,
      ({ markers }) => markers.applied !== null && BigInt(markers.applied) >= wanted,
      settleTimeoutMs,
    );
  }

  async compare(tables?: readonly string[]): Promise<Comparison> {
    return compareTables({ mysqlUrl: this.sourceUrl, postgresUrl: this.targetUrl }, await this.pairs(tables));
  }

  /** What differs, as text; empty when nothing does. For messages that help. */
  async differences(): Promise<string> {
    const comparison = await this.compare();
    return comparison.isSame ? '' : comparisonText(comparison);
  }

  async pairs(tables?: readonly string[]): Promise<TablePair[]> {
    const names = tables ?? (await this.#tableNames());
    return names.map((table) => ({
      source: { database: this.database, table },
      target: { schema: this.targetSchema, table },
    }));
  }

  /** Runs statements on the source, by default in the scene's database. */
  async sql(
    statement: string,
    database: string | null = this.database,
    values: readonly unknown[] = [],
  ): Promise<mysql.RowDataPacket[]> {
    const connection = await this.connection(database);
    try {
      const [rows] = await connection.query<mysql.RowDataPacket[]>(statement, [...values]);
      return rows;
    } finally {
      await connection.end();
    }
  }

  async connection(database: string | null = this.database): Promise<mysql.Connection> {
    const connection = await mysql.createConnection({
      uri: this.sourceUrl,
      charset: 'utf8mb4_bin',
      multipleStatements: true,
      ...(database === null ? {} : { database }),
    });
    await connection.query("SET time_zone = '+00:00'");
    return connection;
  }

  /** One query on the target. */
  async target<Row extends object>(query: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.targetUrl });
    await client.connect();
    try {
      return (await client.query<Row>(query, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Records of the log that the target has not taken in: counted from outside, so it also answers while no process runs. */
  async recordsInFlight(): Promise<bigint> {
    const { end } = await this.kafka.bounds(this.names.topic);
    const [row] = await this.target<{ next: string }>(
      'SELECT next_offset::text AS next FROM causeway.checkpoint WHERE migration = $1',
      [this.migration],
    );
    return end - BigInt(row?.next ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) {
      if (!process.isRunning) continue;
      process.kill('SIGCONT');
      await process.killNow();
    }
    await this.connect.remove(this.names.connector);
    await this.kafka.deleteTopics([this.names.topic, this.names.schemaHistoryTopic]);
    await this.sql(`DROP DATABASE IF EXISTS \`${this.database}\``, null);
    await this.#onPostgres(async (client) => {
      await client.query(`DROP DATABASE IF EXISTS "tgt_${this.id}" WITH (FORCE)`);
      await client.query(`DROP DATABASE IF EXISTS "sto_${this.id}" WITH (FORCE)`);
    });
  }

  async #tableNames(): Promise<string[]> {
    const rows = await this.sql(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY table_name",
      null,
      [this.database],
    );
    return rows.map((row) => String(row['name']));
  }

  async #onPostgres(work: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: this.endpoints.postgres.url });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
}

export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Waits until something outside a process is so. */
export async function until(what: string, isSo: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come in ${timeoutMs} ms`);
    await sleep(100);
  }
}

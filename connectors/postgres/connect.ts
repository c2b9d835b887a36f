import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { Client, type QueryArrayResult, type Submittable } from 'pg';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { asConnectError, asTargetError } from './error-class.ts';
import { parsePostgresUrl, type PostgresAddress } from './postgres-url.ts';

export interface PostgresOptions {
  /** Shown in pg_stat_activity, such as `causeway/shop/apply`. */
  readonly applicationName: string;
  /** 0: no limit. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  /** After this long the server ends a session that holds a transaction open without doing anything, so that a frozen process keeps no locks. */
  readonly idleInTransactionTimeoutMs: number;
  /** Statements are sent without waiting for the answer to the one before. COPY is impossible then. */
  readonly pipeline?: boolean;
}

/** What every value's text form depends on; the server's answer is compared. */
const exactSettings: Readonly<Record<string, string>> = {
  client_encoding: 'UTF8',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
};

const keepAliveAfterMs = 10_000;
/** A server that does not answer a closing connection within this time is left alone. */
const closeTimeoutMs = 2_000;

/** One session on a PostgreSQL server in which every value is exact text in both directions. */
export class PostgresConnection {
  readonly #client: Client;
  readonly #address: PostgresAddress;
  readonly #ssl: false | ConnectionOptions;
  #processId: string | null = null;

  private constructor(client: Client, address: PostgresAddress, ssl: false | ConnectionOptions) {
    this.#client = client;
    this.#address = address;
    this.#ssl = ssl;
    // A connection that breaks while nothing is asked would end the process; the next statement reports it.
    client.on('error', () => undefined);
  }

  static async open(url: string, options: PostgresOptions): Promise<PostgresConnection> {
    const address = parsePostgresUrl(url);
    const ssl = await readSslOptions(address);
    const connection = new PostgresConnection(newClient(address, ssl, options), address, ssl);
    try {
      await connection.#client.connect();
    } catch (error) {
      throw asConnectError(error, address.host, address.port);
    }
    try {
      await connection.#setUp(options);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** Host, port and database for messages. */
  get place(): string {
    return `${this.#address.host}:${this.#address.port}/${this.#address.database}`;
  }

  get user(): string {
    return this.#address.user;
  }

  /** Runs one statement with bound values; rows are exact texts in column order. What the driver throws is passed on. */
  async query(
    text: string,
    values: readonly (string | null)[] = [],
  ): Promise<QueryArrayResult<(string | null)[]>> {
    return this.#client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array' });
  }

  /** As query, prepared once under the name. A name must always stand for the same text. */
  async prepared(
    name: string,
    text: string,
    values: readonly (string | null)[],
  ): Promise<QueryArrayResult<(string | null)[]>> {
    return this.#client.query<(string | null)[]>({ name, text, values: [...values], rowMode: 'array' });
  }

  /** Runs one or more statements without values or results, such as a step of a plan. */
  async execute(script: string): Promise<void> {
    await this.#client.query(script);
  }

  /** COMMIT of a failed transaction succeeds with the tag ROLLBACK, so the tag decides. */
  async commit(): Promise<void> {
    const result = await this.#client.query('COMMIT');
    if (result.command !== 'COMMIT') {
      throw new CausewayError(
        'TARGET_STATEMENT_FAILED',
        'the transaction had failed and was rolled back at COMMIT',
      );
    }
  }

  /** Hands a COPY or similar to the driver. */
  submit<T extends Submittable>(query: T): T {
    return this.#client.query(query);
  }

  /** Runs the work in a transaction; anything thrown rolls it back. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.query('BEGIN');
    try {
      const result = await work();
      await this.commit();
      return result;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Ends an open transaction; on a broken connection the server has done so. */
  async rollback(): Promise<void> {
    try {
      await this.query('ROLLBACK');
    } catch {
      await this.close();
    }
  }

  /** Asks the server, over a connection of its own, to stop the statement that runs here. */
  async cancel(): Promise<void> {
    const client = newClient(this.#address, this.#ssl, {
      applicationName: 'causeway/cancel',
      statementTimeoutMs: closeTimeoutMs,
      lockTimeoutMs: 0,
      idleInTransactionTimeoutMs: 0,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT pg_cancel_backend($1::int)', [this.#processId]);
    } catch (error) {
      throw asConnectError(error, this.#address.host, this.#address.port);
    } finally {
      await client.end();
    }
  }

  /** Never fails and never hangs: a connection that cannot be closed in order is dropped. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeTimeoutMs);
      timer.unref();
    });
    const ended = this.#client.end().catch(() => undefined);
    await Promise.race([ended, expired]);
    clearTimeout(timer);
  }

  async #setUp(options: PostgresOptions): Promise<void> {
    const settings: Record<string, string> = {
      ...exactSettings,
      statement_timeout: String(options.statementTimeoutMs),
      lock_timeout: String(options.lockTimeoutMs),
      idle_in_transaction_session_timeout: String(options.idleInTransactionTimeoutMs),
    };
    const names = Object.keys(settings);
    const list = names.map((_, at) => `set_config($${at * 2 + 1}, $${at * 2 + 2}, false)`).join(', ');
    const values = names.flatMap((name) => [name, settings[name] ?? '']);
    let row: readonly (string | null)[] | undefined;
    try {
      const result = await this.query(`SELECT ${list}, pg_backend_pid()`, values);
      // A limit for the application's transactions would end chunks and large groups, each time anew. Servers before 17 have none.
      await this.query(
        `SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'`,
      );
      row = result.rows[0];
    } catch (error) {
      throw asTargetError(error, 'setting up the session');
    }
    this.#processId = row?.[names.length] ?? null;
    for (const [at, name] of names.entries()) {
      const wanted = exactSettings[name];
      if (wanted === undefined || row?.[at] === wanted) continue;
      throw new CausewayError(
        'TARGET_SESSION_REFUSED',
        `${name} is ${row?.[at] ?? 'unknown'} and not ${wanted}`,
        {
          facts: { setting: name },
        },
      );
    }
  }
}

function newClient(
  address: PostgresAddress,
  ssl: false | ConnectionOptions,
  options: PostgresOptions,
): Client {
  return new Client({
    host: address.host,
    port: address.port,
    user: address.user,
    // As a function, so that an empty password is not replaced by one from the environment.
    password: () => address.password,
    database: address.database,
    ssl,
    application_name: options.applicationName,
    connectionTimeoutMillis: address.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    pipeline: options.pipeline ?? false,
    types: { getTypeParser: () => asText },
  });
}

function asText(value: string): string {
  return value;
}

export async function readSslOptions(address: PostgresAddress): Promise<false | ConnectionOptions> {
  const { sslMode, sslRootCertPath } = address;
  if (sslMode === 'disable') return false;
  if (sslMode === 'require') return { rejectUnauthorized: false };
  const ca = sslRootCertPath === null ? {} : { ca: await readRootCert(sslRootCertPath) };
  if (sslMode === 'verify-full') return { rejectUnauthorized: true, ...ca };
  return { rejectUnauthorized: true, ...ca, checkServerIdentity: () => undefined };
}

async function readRootCert(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CausewayError('TARGET_TLS_FAILED', `sslrootcert cannot be read: ${path}`, { cause: error });
  }
}

import { readFile } from 'node:fs/promises';
import { createConnection, type Connection, type ConnectionOptions } from 'mysql2';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { asSourceError } from './error-class.ts';
import type { MysqlAddress } from './mysql-url.ts';
import { RowStream, type BatchLimits, type TextRow } from './row-stream.ts';
import { assertSupported, parseServerVersion, type ServerVersion } from './server-version.ts';
import { textAt } from './text-row.ts';

/** What a statement's `?` may stand for. Numbers are for limits and offsets only. */
export type SqlValue = string | bigint | number | null;

/**
 * One connection to MySQL, set up so that values come as exact text: UTC, utf8mb4, strict modes, nothing parsed by the
 * driver. Errors are CausewayErrors and show neither statement nor values. After a lost connection every call fails;
 * the caller opens a new session.
 */
export class MysqlSession {
  readonly #connection: Connection;
  #version: ServerVersion | null = null;
  #isOpen = true;

  private constructor(connection: Connection) {
    this.#connection = connection;
    // The statement under way is told as well; without a listener an idle connection's end would end the process.
    connection.on('error', () => (this.#isOpen = false));
    connection.on('end', () => (this.#isOpen = false));
  }

  static async open(address: MysqlAddress): Promise<MysqlSession> {
    const options = await connectionOptions(address);
    const where = `${address.host}:${address.port}`;
    const connection = await connect(options, `connecting to ${where} as ${address.user}`);
    const session = new MysqlSession(connection);
    try {
      const [version] = await session.query('SELECT VERSION()', [], 'asking for the version of the server');
      session.#version = parseServerVersion(textAt(version, 0));
      assertSupported(session.#version);
      for (const statement of sessionSetup) await session.query(statement, [], 'setting up the session');
    } catch (error) {
      session.destroy();
      throw error;
    }
    return session;
  }

  get version(): ServerVersion {
    if (this.#version === null) throw new Error('the session is not set up');
    return this.#version;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Runs one statement and reads its rows whole: for catalogue and control statements. `doing` is for the error message. */
  query(sql: string, values: readonly SqlValue[], doing: string): Promise<TextRow[]> {
    return new Promise((resolve, reject) => {
      const options = { ...textResult, sql, values: [...values] };
      this.#connection.query(options, (error, rows: unknown) => {
        if (error === null) resolve(Array.isArray(rows) ? rows.map((row) => textRow(row)) : []);
        else reject(asSourceError(error, doing));
      });
    });
  }

  /** Runs one SELECT and hands out its rows in batches. When the consumer stops early, the connection is given up. */
  async *stream(
    sql: string,
    values: readonly SqlValue[],
    limits: BatchLimits,
    signal: AbortSignal,
    doing: string,
  ): AsyncGenerator<readonly TextRow[]> {
    signal.throwIfAborted();
    const rows = new RowStream(this.#connection, { ...textResult, sql, values: [...values] }, limits);
    const abort = (): void => rows.fail(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    let isAtEnd = false;
    try {
      for (let batch = await rows.next(); batch !== null; batch = await rows.next()) yield batch;
      isAtEnd = true;
    } catch (error) {
      signal.throwIfAborted();
      throw asSourceError(error, doing);
    } finally {
      signal.removeEventListener('abort', abort);
      // The server is still sending: ending the connection is the only way not to read the rest.
      if (!isAtEnd) this.destroy();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => {
      // A goodbye that fails leaves nothing to do: the socket is gone either way.
      this.#connection.end(() => resolve());
    });
  }

  destroy(): void {
    this.#isOpen = false;
    this.#connection.destroy();
  }
}

/** Every value as the bytes the server sent. */
const textResult = { rowsAsArray: true, typeCast: false } as const;

/** How long the server waits for us while a slow target holds a chunk's rows back, in seconds. */
const netTimeoutSeconds = 3600;

const sessionSetup: readonly string[] = [
  // The handshake has asked for this, but init_connect or the server's own settings may have overruled it. In another
  // character set the server would turn what it lacks into question marks, without a word.
  'SET NAMES utf8mb4',
  'SET SESSION autocommit = 1',
  "SET SESSION time_zone = '+00:00'",
  // No zero-date modes, and invalid dates allowed: a key such as 0000-00-00 must be castable, or ranges would lose it.
  // No NO_BACKSLASH_ESCAPES and no ANSI_QUOTES: the driver's escaping and ours rest on their absence.
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  `SET SESSION net_write_timeout = ${netTimeoutSeconds}, net_read_timeout = ${netTimeoutSeconds}`,
  // A limit set for the application's queries would cut long chunks off.
  'SET SESSION max_execution_time = 0',
  // Estimates as they are now, not as they were cached up to a day ago.
  'SET SESSION information_schema_stats_expiry = 0',
];

async function connectionOptions(address: MysqlAddress): Promise<ConnectionOptions> {
  return {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    multipleStatements: false,
    connectTimeout: address.connectTimeoutMs,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
    // Files of this machine are never sent, whatever a server asks for.
    flags: ['-LOCAL_FILES'],
    ...(await tlsOptions(address)),
  };
}

async function tlsOptions(address: MysqlAddress): Promise<Pick<ConnectionOptions, 'ssl'>> {
  if (address.tls === 'disabled') return {};
  const ca = address.tlsCaPath === null ? {} : { ca: await readAuthority(address.tlsCaPath) };
  return {
    ssl: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: address.tls !== 'required',
      verifyIdentity: address.tls === 'verify-full',
      ...ca,
    },
  };
}

async function readAuthority(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CausewayError('SOURCE_TLS_FAILED', `the file that tls-ca names cannot be read: ${path}`, {
      cause: error,
    });
  }
}

function connect(options: ConnectionOptions, doing: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(options);
    connection.connect((error) => {
      if (error === null) {
        resolve(connection);
        return;
      }
      // Late errors of a connection that is already given up.
      connection.on('error', () => undefined);
      connection.destroy();
      reject(asSourceError(error, doing));
    });
  });
}

function textRow(row: unknown): TextRow {
  if (!Array.isArray(row)) throw new Error('the driver gave a row that is not an array');
  return row.map((value: unknown) => textValue(value));
}

function textValue(value: unknown): string | null {
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  throw new Error(`the driver gave a ${typeof value} where it was asked for bytes`);
}

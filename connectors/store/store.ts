import { DatabaseError, Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { readSslOptions } from '../postgres/connect.ts';
import { parsePostgresUrl } from '../postgres/postgres-url.ts';
import { migrateStore } from './migrate-store.ts';

export interface StoreOptions {
  readonly url: string;
  readonly connectionsMax: number;
  /** Told about connections that break while nobody uses them; the pool replaces them by itself. */
  readonly onIdleError: (error: Error) => void;
  readonly connectMs?: number;
  /** No statement of ours on the store takes long; one that does is stuck. */
  readonly statementMs?: number;
}

/** What the functions beside this file need of a store. */
export type StoreQueries = Pick<Store, 'query'>;

/**
 * The control store: connections and nothing else. What is in it is read and written by the functions beside this file,
 * which take a Store.
 */
export class Store {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Opens no connection yet; the first question does. */
  static async open(options: StoreOptions): Promise<Store> {
    const address = parsePostgresUrl(options.url);
    const statementMs = options.statementMs ?? 15_000;
    const pool = new Pool({
      host: address.host,
      port: address.port,
      user: address.user,
      // As a function, so that an empty password is not replaced by one from the environment.
      password: () => address.password,
      database: address.database,
      ssl: await readSslOptions(address),
      max: options.connectionsMax,
      connectionTimeoutMillis: options.connectMs ?? 5_000,
      statement_timeout: statementMs,
      query_timeout: statementMs + 5_000,
      application_name: 'causeway/store',
      keepAlive: true,
    });
    pool.on('error', options.onIdleError);
    return new Store(pool);
  }

  /** Makes or updates the store's tables. */
  async migrate(): Promise<void> {
    await this.#withClient(migrateStore);
  }

  async query<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    try {
      return await this.#pool.query<Row>(sql, [...values]);
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Runs the work in one transaction. */
  async transaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    return this.#withClient(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #withClient<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw storeError(error);
    }
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      // The connection's state is unknown after a failure; it is not handed to anybody else.
      client.release(true);
      throw storeError(error);
    }
  }
}

/**
 * Classes 08 (connection), 28 (authorization), 3D (database missing), 53 (resources), 57 (operator intervention), and
 * everything that is no answer of a server at all.
 */
function storeError(error: unknown): unknown {
  if (error instanceof CausewayError) return error;
  if (error instanceof DatabaseError && !/^(08|28|3D|53|57)/u.test(error.code ?? '')) return error;
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return new CausewayError('STORE_UNREACHABLE', `The control store cannot be used: ${reason}`, {
    cause: error,
  });
}

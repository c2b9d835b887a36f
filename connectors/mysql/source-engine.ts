import type { SourceTable } from '../../schemas/source-table.ts';
import type { Check, ChunkReader, MarkerWriter, SourceEngine } from '../engine.ts';
import { readCatalogue } from './catalogue.ts';
import { failed } from './check.ts';
import { MysqlChunkReader } from './chunk-reader.ts';
import { MysqlMarkerWriter } from './marker.ts';
import { parseMysqlUrl, type MysqlAddress } from './mysql-url.ts';
import { preflight } from './preflight.ts';
import { MysqlSession } from './session.ts';
import { textAt } from './text-row.ts';
import { asCausewayError } from '../../schemas/errors/causeway-error.ts';

/** A MySQL server, 8.0 or newer, as the side a migration reads from. */
export class MysqlSource implements SourceEngine {
  readonly #address: MysqlAddress;

  constructor(url: string) {
    this.#address = parseMysqlUrl(url);
  }

  readCatalogue(patterns: readonly string[]): Promise<SourceTable[]> {
    return this.#withSession((session) => readCatalogue(session, patterns));
  }

  async preflight(tables: readonly SourceTable[]): Promise<Check[]> {
    try {
      return await this.#withSession((session) => preflight(session, tables));
    } catch (error) {
      const cause = asCausewayError(error);
      if (cause.isRetryable || cause.code === 'INTERNAL') throw cause;
      return [failed(cause.code, 'connection', 'server', cause.message, cause.remedy)];
    }
  }

  async openMarkerWriter(migration: string): Promise<MarkerWriter> {
    return MysqlMarkerWriter.open(await MysqlSession.open(this.#address), migration);
  }

  openChunkReader(): Promise<ChunkReader> {
    return Promise.resolve(new MysqlChunkReader(this.#address));
  }

  executedPosition(): Promise<string> {
    return this.#withSession(async (session) => {
      const [row] = await session.query(
        'SELECT @@GLOBAL.gtid_executed',
        [],
        'reading the executed transactions',
      );
      return textAt(row, 0).replaceAll(/\s/gu, '');
    });
  }

  async #withSession<T>(work: (session: MysqlSession) => Promise<T>): Promise<T> {
    const session = await MysqlSession.open(this.#address);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
}

import type { ChunkReader, CopySession, SourceEngine, TargetEngine } from '../../connectors/engine.ts';

export interface CopyEnds {
  readonly source: Pick<SourceEngine, 'openChunkReader'>;
  readonly target: Pick<TargetEngine, 'openCopySession'>;
  readonly migration: string;
}

export interface LaneSessions {
  readonly reader: ChunkReader;
  readonly session: CopySession;
}

/** One connection to each side, opened when first needed and again after a failure. */
export class CopyLane {
  readonly #ends: CopyEnds;
  #sessions: LaneSessions | null = null;

  constructor(ends: CopyEnds) {
    this.#ends = ends;
  }

  /** Runs the work on the lane's sessions; after a failure both are given up, since neither's state is known. */
  async use<T>(work: (sessions: LaneSessions) => Promise<T>): Promise<T> {
    this.#sessions ??= await this.#open();
    try {
      return await work(this.#sessions);
    } catch (error) {
      // What broke is what the caller needs to hear, not that closing a broken connection failed as well.
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const sessions = this.#sessions;
    this.#sessions = null;
    if (sessions === null) return;
    try {
      await sessions.reader.close();
    } finally {
      await sessions.session.close();
    }
  }

  async #open(): Promise<LaneSessions> {
    const reader = await this.#ends.source.openChunkReader();
    try {
      return { reader, session: await this.#ends.target.openCopySession(this.#ends.migration) };
    } catch (error) {
      await reader.close();
      throw error;
    }
  }
}

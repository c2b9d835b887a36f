import type { Connection, QueryOptions } from 'mysql2';

export interface BatchLimits {
  readonly rowsMax: number;
  /** A batch is closed when it holds at least this many bytes; a single larger row is a batch of its own. */
  readonly bytesMax: number;
}

/** One row as text, in select order: every value is decoded from the wire as UTF-8, whatever its type. */
export type TextRow = readonly (string | null)[];

type Outcome = { readonly kind: 'end' } | { readonly kind: 'error'; readonly error: unknown };

/** Full batches that may wait for the consumer before the server is made to wait. */
const waitingBatchesMax = 2;

/**
 * The rows of one running statement, in batches. While the consumer is behind, the socket is not read, so memory stays
 * bounded by `waitingBatchesMax` batches and one socket buffer.
 */
export class RowStream {
  readonly #connection: Connection;
  readonly #limits: BatchLimits;
  readonly #full: TextRow[][] = [];
  #batch: TextRow[] = [];
  #batchBytes = 0;
  #outcome: Outcome | null = null;
  #isPaused = false;
  #wake: (() => void) | null = null;

  constructor(connection: Connection, options: QueryOptions, limits: BatchLimits) {
    this.#connection = connection;
    this.#limits = limits;
    // The driver tells the loss of a connection to the connection alone when the statement has no callback.
    connection.on('error', this.#onLost);
    connection
      .query(options)
      .on('result', (row: unknown) => this.#take(row))
      .on('error', (error: unknown) => this.fail(error))
      .on('end', () => this.#finish({ kind: 'end' }));
  }

  readonly #onLost = (error: unknown): void => this.fail(error);

  /** The next batch, or null after the last. One call at a time. */
  async next(): Promise<readonly TextRow[] | null> {
    if (this.#full.length < waitingBatchesMax) this.#resume();
    // Resuming may already have brought rows or the end.
    while (this.#full.length === 0 && this.#outcome === null) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#outcome?.kind === 'error') throw this.#outcome.error;
    return this.#full.shift() ?? null;
  }

  /** Ends the stream with an error; batches that wait are dropped. */
  fail(error: unknown): void {
    this.#finish({ kind: 'error', error });
  }

  #take(row: unknown): void {
    // A statement without rows reports its outcome as an object.
    if (!Array.isArray(row) || this.#outcome !== null) return;
    try {
      this.#batch.push(this.#texts(row as readonly (Buffer | null)[]));
    } catch (error) {
      // The driver calls from its socket's event, where whatever is thrown ends the process.
      this.fail(error);
      return;
    }
    if (this.#batch.length >= this.#limits.rowsMax || this.#batchBytes >= this.#limits.bytesMax)
      this.#closeBatch();
  }

  /** Throws for a value that is longer than a string can be. */
  #texts(row: readonly (Buffer | null)[]): TextRow {
    const texts: (string | null)[] = [];
    for (const value of row) {
      texts.push(value === null ? null : value.toString('utf8'));
      this.#batchBytes += value === null ? 0 : value.length;
    }
    return texts;
  }

  #closeBatch(): void {
    if (this.#batch.length === 0) return;
    this.#full.push(this.#batch);
    this.#batch = [];
    this.#batchBytes = 0;
    if (this.#full.length >= waitingBatchesMax && !this.#isPaused) {
      this.#isPaused = true;
      this.#connection.pause();
    }
    this.#signal();
  }

  #finish(outcome: Outcome): void {
    if (this.#outcome !== null) return;
    if (outcome.kind === 'end') this.#closeBatch();
    this.#outcome = outcome;
    this.#connection.off('error', this.#onLost);
    this.#resume();
    this.#signal();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection.resume();
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** Reads one element ahead, and tells whether it is at hand without waiting for it. */
export class ReadAhead<T> {
  readonly #iterator: AsyncIterator<T>;
  #next: Promise<IteratorResult<T>>;
  #isReady = false;

  constructor(iterable: AsyncIterable<T>) {
    this.#iterator = iterable[Symbol.asyncIterator]();
    this.#next = this.#advance();
  }

  /** Whether take() would answer at once. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Resolves when take() would answer at once; never rejects, take() does. */
  async ready(): Promise<void> {
    await this.#next.then(
      () => undefined,
      () => undefined,
    );
  }

  /** The next element; undefined at the end. */
  async take(): Promise<T | undefined> {
    const result = await this.#next;
    if (result.done === true) return undefined;
    this.#next = this.#advance();
    return result.value;
  }

  #advance(): Promise<IteratorResult<T>> {
    this.#isReady = false;
    const next = this.#iterator.next();
    const settle = (): void => {
      this.#isReady = true;
    };
    // take() awaits the same promise: its failure is not lost.
    next.then(settle, settle);
    return next;
  }
}

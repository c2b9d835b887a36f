/** Runs one job beside its caller. A job that failed is reported by the next call. */
export class OneAtATime {
  #running: Promise<void> | null = null;
  #hasFailed = false;
  #failure: { readonly error: unknown } | null = null;

  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** Whether any job has ever failed. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Waits for the job before, then starts this one and returns while it runs. */
  async start(job: () => Promise<void>): Promise<void> {
    await this.finish();
    this.#running = job().then(
      () => {
        this.#running = null;
      },
      (error: unknown) => {
        this.#running = null;
        this.#hasFailed = true;
        this.#failure = { error };
      },
    );
  }

  /** Resolves when nothing runs; rejects with the error of the last job. */
  async finish(): Promise<void> {
    await this.settled();
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
  }

  /** Resolves when nothing runs, however the job ended. */
  async settled(): Promise<void> {
    if (this.#running !== null) await this.#running;
  }
}

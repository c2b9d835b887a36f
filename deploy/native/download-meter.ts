import { formatBytes } from './byte-text.ts';

/** How often one download tells how far it is. */
const lineIntervalMs = 2_000;

/** Adds up what is downloaded for one `up`, and tells how it goes without flooding the terminal. */
export class DownloadMeter {
  readonly #progress: (line: string) => void;
  readonly #now: () => number;
  readonly #toldAt = new Map<string, number>();
  #bytes = 0;

  constructor(progress: (line: string) => void, now: () => number = Date.now) {
    this.#progress = progress;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts a finished file. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Tells where a component's download is, at most once in a while. */
  tell(component: string, receivedBytes: number, totalBytes: number | null): void {
    const now = this.#now();
    if (now - (this.#toldAt.get(component) ?? 0) < lineIntervalMs) return;
    this.#toldAt.set(component, now);
    const total = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
    this.#progress(`${component}: ${formatBytes(receivedBytes)}${total}`);
  }

  say(line: string): void {
    this.#progress(line);
  }
}

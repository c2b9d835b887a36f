import type { DownloadMeter } from './download-meter.ts';

/** What every fetch needs. */
export interface FetchContext {
  readonly cache: string;
  readonly meter: DownloadMeter;
  readonly signal: AbortSignal;
}

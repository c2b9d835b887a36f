import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import type { Logger } from '../runtime/logger.ts';
import { progressText } from './progress-text.ts';

export type ProgressMode = 'line' | 'text' | 'log' | 'none';

const lineMs = 1_000;
const textMs = 3_000;
/** Goes to the start of the line and clears it. */
const clearLine = '\r\u001b[2K';

/**
 * Tells progress: on a terminal one line that is written over once a second, else a line every few seconds, and one at
 * once at each new stage and each halt.
 */
export class ProgressWriter {
  readonly #mode: ProgressMode;
  readonly #write: (text: string) => void;
  readonly #logger: Logger;
  readonly #now: () => number;
  #toldAtMs = -Infinity;
  #told = '';

  constructor(options: {
    readonly mode: ProgressMode;
    readonly write: (text: string) => void;
    readonly logger: Logger;
    readonly now?: () => number;
  }) {
    this.#mode = options.mode;
    this.#write = options.write;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => performance.now());
  }

  show(document: MigrationDocument): void {
    const nowMs = this.#now();
    const milestone = `${document.stage} ${document.halts[0]?.code ?? ''}`;
    const everyMs = this.#mode === 'line' ? lineMs : textMs;
    if (milestone === this.#told && nowMs - this.#toldAtMs < everyMs) return;
    this.#told = milestone;
    this.#toldAtMs = nowMs;
    this.#tell(progressText(document), document.stage);
  }

  /** Leaves a terminal's line for what is written next. */
  end(): void {
    if (this.#mode === 'line' && this.#told !== '') this.#write('\n');
  }

  #tell(text: string, stage: string): void {
    switch (this.#mode) {
      case 'line':
        return this.#write(`${clearLine}${text}`);
      case 'text':
        return this.#write(`${text}\n`);
      case 'log':
        return this.#logger.info(text, { stage });
      case 'none':
        return undefined;
    }
  }
}

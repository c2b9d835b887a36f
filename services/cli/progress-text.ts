import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import { countText, secondsText } from './number-text.ts';

/** How a migration stands, in one line. */
export function progressText(document: MigrationDocument): string {
  const halt = document.halts[0];
  if (halt !== undefined) return `${document.stage}: halted, ${halt.code}: ${firstLine(halt.message)}`;
  switch (document.stage) {
    case 'backfill':
      return backfillText(document);
    case 'replay':
    case 'verify':
      return `${stageText(document)}, lag ${lagText(document)}`;
    case 'draft':
    case 'preflight':
    case 'expand':
    case 'sync':
    case 'index':
      return stageText(document);
    default:
      return document.stage satisfies never;
  }
}

export function lagText({ lag }: Pick<MigrationDocument, 'lag'>): string {
  const ms = lag.ms === null ? 'not known yet' : `${countText(lag.ms)} ms`;
  return lag.records === null ? ms : `${ms}, ${countText(lag.records)} records`;
}

function backfillText(document: MigrationDocument): string {
  const { backfill } = document;
  if (backfill === null) return stageText(document);
  const estimate = Number(backfill.rowsEstimate);
  const share =
    estimate === 0 ? '' : ` (${Math.min(100, Math.floor((Number(backfill.rows) / estimate) * 100))}%)`;
  const eta = backfill.etaMs === null ? '' : `, about ${secondsText(backfill.etaMs / 1000)} left`;
  return `backfill: ${countText(backfill.rows)} rows${share}, ${countText(backfill.rowsPerSecond)} rows/s${eta}`;
}

function stageText({ stage, waitingFor, steps }: MigrationDocument): string {
  if (steps !== null)
    return `${stage}: step ${steps.done + 1} of ${steps.total}${steps.current === null ? '' : `, ${steps.current}`}`;
  if (stage === 'verify') return 'consistent, streaming';
  return waitingFor === null ? stage : `${stage}: waits for ${waitingFor}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

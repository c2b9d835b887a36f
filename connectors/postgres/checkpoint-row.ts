import type { Checkpoint, CheckpointAdvance } from '../../schemas/checkpoint.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { AssemblerState } from '../../schemas/log-item.ts';

/** The columns of causeway.checkpoint as readCheckpointRow takes them. */
export const checkpointColumns =
  'migration, direction, term, topic, next_offset, last_record_sha256, assembler, source_commit_ms, marker';

/** A row of causeway.checkpoint, in the order of checkpointColumns, as exact texts. */
export function readCheckpointRow(row: readonly (string | null)[]): Checkpoint {
  const [migration, direction, term, topic, nextOffset, lastRecordSha256, assembler, sourceCommitMs, marker] =
    row;
  if (direction !== 'forward' && direction !== 'reverse') throw invalid('direction');
  return {
    migration: migration ?? refuse('migration'),
    direction,
    term: BigInt(term ?? refuse('term')),
    topic: topic ?? refuse('topic'),
    nextOffset: BigInt(nextOffset ?? refuse('next_offset')),
    lastRecordSha256: lastRecordSha256 ?? null,
    assembler: readAssembler(assembler ?? refuse('assembler')),
    sourceCommitMs: sourceCommitMs === null || sourceCommitMs === undefined ? null : Number(sourceCommitMs),
    marker: marker === null || marker === undefined ? null : BigInt(marker),
  };
}

/** Values for next_offset, last_record_sha256, assembler, source_commit_ms, marker, in this order. */
export function advanceValues(advance: CheckpointAdvance): (string | null)[] {
  return [
    advance.nextOffset.toString(),
    advance.lastRecordSha256,
    JSON.stringify(advance.assembler),
    advance.sourceCommitMs === null ? null : String(advance.sourceCommitMs),
    advance.marker === null ? null : advance.marker.toString(),
  ];
}

function readAssembler(text: string): AssemblerState {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw invalid('assembler');
  if (!('gtids' in value) || typeof value.gtids !== 'string') throw invalid('assembler.gtids');
  if (!('hasStreamed' in value) || typeof value.hasStreamed !== 'boolean') {
    throw invalid('assembler.hasStreamed');
  }
  if (!('marker' in value) || (value.marker !== null && typeof value.marker !== 'string')) {
    throw invalid('assembler.marker');
  }
  const state = { gtids: value.gtids, marker: value.marker, hasStreamed: value.hasStreamed };
  return 'unit' in value ? { ...state, unit: readUnit(value.unit) } : state;
}

function readUnit(value: unknown): NonNullable<AssemblerState['unit']> {
  if (typeof value !== 'object' || value === null) throw invalid('assembler.unit');
  if (!('gtid' in value) || typeof value.gtid !== 'string') throw invalid('assembler.unit.gtid');
  if (!('records' in value) || !Array.isArray(value.records)) throw invalid('assembler.unit.records');
  const records: unknown[] = value.records;
  if (!records.every((record) => typeof record === 'string')) throw invalid('assembler.unit.records');
  return { gtid: value.gtid, records };
}

function refuse(column: string): never {
  throw invalid(column);
}

function invalid(column: string): CausewayError {
  return new CausewayError('CHECKPOINT_INVALID', `the checkpoint's ${column} is not what Causeway writes`);
}

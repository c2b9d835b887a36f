import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { KeyBound } from '../engine.ts';

/** A bound as causeway.backfill_chunk keeps it; SQL NULL is the open end. */
export function writeBound(bound: KeyBound | null): string | null {
  return bound === null ? null : JSON.stringify(bound);
}

export function readBound(text: string | null): KeyBound | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || !value.every((part) => typeof part === 'string')) {
    throw new CausewayError(
      'CHECKPOINT_INVALID',
      'a bound in causeway.backfill_chunk is not what Causeway writes',
    );
  }
  return value;
}

import type { TextRow } from './row-stream.ts';

/** The text at an index of a catalogue row where the catalogue never has NULL. */
export function textAt(row: TextRow | undefined, index: number): string {
  const text = row?.[index];
  if (typeof text !== 'string')
    throw new Error(`the catalogue gave no value for column ${index} of its answer`);
  return text;
}

/** The text at an index, or null for SQL NULL. */
export function textOrNullAt(row: TextRow, index: number): string | null {
  return row[index] ?? null;
}

/** A number of the catalogue that fits a JS number: a length, a precision, an estimate. */
export function numberOrNullAt(row: TextRow, index: number): number | null {
  const text = textOrNullAt(row, index);
  return text === null ? null : Number(text);
}

import type { ExactRow, ExactText } from '../../schemas/types/value-kind.ts';

/**
 * One column of many rows as one PostgreSQL array literal, for a parameter such as `$1::text[]`. Every element is quoted:
 * that costs less than finding out which ones need it.
 */
export function encodeColumnArray(rows: readonly ExactRow[], column: number): string {
  let literal = '{';
  for (let index = 0; index < rows.length; index += 1) {
    if (index > 0) literal += ',';
    literal += element(rows[index]?.[column]);
  }
  return `${literal}}`;
}

function element(text: ExactText | undefined): string {
  if (text === undefined) throw new RangeError('a row has fewer values than columns');
  if (text === null) return 'NULL';
  return hasSpecial.test(text) ? `"${text.replaceAll(special, String.raw`\$&`)}"` : `"${text}"`;
}

const hasSpecial = /["\\]/;
const special = /["\\]/g;

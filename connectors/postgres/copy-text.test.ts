import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import { encodeCopyRow } from './copy-text.ts';

const anyRow: fc.Arbitrary<ExactRow> = fc.array(
  fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\\\t\n\rNnrtx.\x20]*$/))),
  { minLength: 1, maxLength: 6 },
);

describe('COPY text', () => {
  it('rows read back as they were', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (rows) => {
        expect(decodeCopy(Buffer.from(rows.map(encodeCopyRow).join('')))).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps NULL, the text \\N and the empty text apart', () => {
    expect(encodeCopyRow([null, String.raw`\N`, ''])).toBe('\\N\t\\\\N\t\n');
  });

  it('never writes the line that ends a copy', () => {
    expect(encodeCopyRow([String.raw`\.`])).toBe('\\\\.\n');
  });
});

/** Reads COPY's text format character by character, as its documentation describes it. */
function decodeCopy(bytes: Buffer): ExactRow[] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  let field = '';
  let isNull = false;
  const characters = Array.from(bytes.toString('utf8'));
  const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '\t' || character === '\n') {
      row.push(isNull ? null : field);
      field = '';
      isNull = false;
      if (character === '\n') rows.push(row);
      if (character === '\n') row = [];
    } else if (character === '\\') {
      at += 1;
      const escaped = characters[at] ?? '';
      if (escaped === 'N' && field === '') isNull = true;
      else field += escapes[escaped] ?? `not an escape: ${escaped}`;
    } else {
      field += character;
    }
  }
  return rows;
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExactText } from '../../schemas/types/value-kind.ts';
import { encodeColumnArray } from './array-literal.ts';

function encodeOne(texts: readonly ExactText[]): string {
  return encodeColumnArray(
    texts.map((text) => [text]),
    0,
  );
}

describe('array literal', () => {
  it('elements read back as they were', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\\"{},NUL ]*$/));
    fc.assert(
      fc.property(fc.array(fc.option(anyText), { maxLength: 8 }), (texts) => {
        expect(decodeArray(encodeOne(texts))).toEqual(texts);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps NULL and the text NULL apart', () => {
    expect(encodeOne([null, 'NULL', ''])).toBe('{NULL,"NULL",""}');
  });

  it('takes one column of many rows', () => {
    expect(
      encodeColumnArray(
        [
          ['1', 'a'],
          ['2', null],
        ],
        1,
      ),
    ).toBe('{"a",NULL}');
  });

  it('refuses a row that has no such column', () => {
    expect(() => encodeColumnArray([['1']], 1)).toThrow('fewer values than columns');
  });
});

function decodeArray(literal: string): ExactText[] {
  const texts: ExactText[] = [];
  let rest = literal.slice(1);
  while (rest !== '}') {
    if (rest.startsWith(',')) rest = rest.slice(1);
    if (rest.startsWith('NULL')) {
      texts.push(null);
      rest = rest.slice(4);
      continue;
    }
    const quoted = /^"((?:[^"\\]|\\[^])*)"/.exec(rest);
    if (quoted === null) throw new Error('neither NULL nor quoted');
    texts.push((quoted[1] ?? '').replaceAll(/\\([^])/g, '$1'));
    rest = rest.slice(quoted[0].length);
  }
  return texts;
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GtidSet, intervalsPerOriginMax } from './gtid-set.ts';
import { parseGtid, tryParseGtid } from './gtid.ts';

const a = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const b = '4e11fa47-71ca-11e1-9e33-c80aa9429562';

describe('Gtid', () => {
  it('parses GTIDs with and without a tag, in any case', () => {
    expect(parseGtid(`${a}:23`)).toEqual({ origin: a, number: 23n });
    expect(parseGtid(`${a.toUpperCase()}:Causeway:7`)).toEqual({ origin: `${a}:causeway`, number: 7n });
  });

  it('refuses what is no GTID', () => {
    for (const text of ['', a, `${a}:`, `${a}:0`, `${a}:1-5`, 'file=b.1,pos=4', `${a}:x`, `x:1`]) {
      expect(tryParseGtid(text)).toBeNull();
    }
    expect(() => parseGtid('0-9-5')).toThrow(expect.objectContaining({ code: 'LOG_WITHOUT_GTID' }));
  });

  it('keeps 64-bit numbers', () => {
    expect(parseGtid(`${a}:9223372036854775806`).number).toBe(9223372036854775806n);
  });
});

describe('GtidSet', () => {
  it('reads what MySQL prints and prints it canonically', () => {
    const text = `${b.toUpperCase()}:1-5,\n${a}:7:1-3:4:tag:2-3:11, ${a}:tag:1`;
    expect(GtidSet.parse(text).toString()).toBe(`${a}:1-4:7:tag:1-3:11,${b}:1-5`);
    expect(GtidSet.parse('').toString()).toBe('');
  });

  it('refuses what is no GTID set', () => {
    for (const text of ['x', a, `${a}:`, `${a}:5-3`, `${a}:tag`, `${a}:1:tag`, `${a}:0`, `${a}:1-`]) {
      expect(() => GtidSet.parse(text)).toThrow(expect.objectContaining({ code: 'LOG_WITHOUT_GTID' }));
    }
  });

  it('keeps tags apart from the untagged and from each other', () => {
    const set = GtidSet.parse(`${a}:tag:1`);
    expect(set.contains(`${a}:1`)).toBe(false);
    expect(set.contains(`${a}:other:1`)).toBe(false);
    expect(set.contains(`${a}:tag:1`)).toBe(true);
  });

  it('says whether an added transaction was new', () => {
    const set = new GtidSet();
    expect(set.add(`${a}:2`)).toBe(true);
    expect(set.add(`${a}:1`)).toBe(true);
    expect(set.add(`${a}:2`)).toBe(false);
    expect(set.toString()).toBe(`${a}:1-2`);
  });

  it('knows which sets it includes', () => {
    const whole = GtidSet.parse(`${a}:1-10:20-30,${b}:1`);
    expect(whole.includes(GtidSet.parse(`${a}:3-4:25`))).toBe(true);
    expect(whole.includes(new GtidSet())).toBe(true);
    expect(whole.includes(GtidSet.parse(`${a}:10-20`))).toBe(false);
    expect(new GtidSet().includes(whole)).toBe(false);
  });

  it('closes the oldest holes of an origin beyond the limit', () => {
    const set = new GtidSet();
    for (let index = 0; index < intervalsPerOriginMax + 2; index++) set.add(`${a}:${index * 2 + 1}`);
    expect(set.toString().split(':')).toHaveLength(intervalsPerOriginMax + 1);
    expect(set.toString()).toMatch(new RegExp(`^${a}:1-5:7:9:`));
    expect(set.contains(`${a}:4`)).toBe(true);
    expect(set.contains(`${a}:6`)).toBe(false);
  });

  const numbers = fc.array(fc.bigInt(1n, 40n), { maxLength: 60 });

  it('holds exactly the numbers added, in whatever order, through print and parse', () => {
    fc.assert(
      fc.property(numbers, (added) => {
        const set = new GtidSet();
        const seen = new Set<bigint>();
        for (const number of added) {
          expect(set.add(`${a}:${number}`)).toBe(!seen.has(number));
          seen.add(number);
        }
        const copy = GtidSet.parse(set.toString());
        expect(copy.toString()).toBe(set.toString());
        for (let number = 1n; number <= 41n; number++) {
          expect(copy.contains(`${a}:${number}`)).toBe(added.includes(number));
        }
      }),
    );
  });

  it('unites as sets of numbers do', () => {
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [one, two] = [setOf(left), setOf(right)];
        const both = one.union(two);
        expect(both.equals(setOf([...left, ...right]))).toBe(true);
        expect(both.includes(one) && both.includes(two)).toBe(true);
        expect(one.includes(two)).toBe(right.every((number) => left.includes(number)));
        expect(one.equals(setOf(left))).toBe(true);
      }),
    );
  });
});

function setOf(numbers: readonly bigint[]): GtidSet {
  const set = new GtidSet();
  for (const number of numbers) set.add(`${a}:${number}`);
  return set;
}

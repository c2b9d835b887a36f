import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileJsonFromDebezium, compileJsonFromSource } from './exact-json.ts';

const refuse = (reason: string): never => {
  throw new Error(reason);
};
const fromDebezium = compileJsonFromDebezium(refuse);
const fromSource = compileJsonFromSource(refuse);

/** A double's text as Debezium writes it: Java's digits where Java needs no exponent, else the whole binary expansion. */
function debeziumDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7))
    return Number.isInteger(value) ? `${value}.0` : String(value);
  return expansion(value);
}

/** A double's text as MySQL writes it. */
function sourceDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value).replace('e+', 'e');
  return Number.isInteger(value) && !text.includes('e')
    ? Math.abs(value) < 1e15
      ? `${text}.0`
      : toExponent(value)
    : text;
}

function toExponent(value: number): string {
  return value.toExponential().replace('e+', 'e');
}

function expansion(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const sign = value < 0 ? '-' : '';
  let scale = 0;
  let scaled = Math.abs(value);
  // Doubling is exact, so the mantissa becomes a whole number without losing a bit.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    scale += 1;
  }
  const digits = (BigInt(scaled) * 5n ** BigInt(scale)).toString().padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

describe('JSON numbers', () => {
  it.each([
    ['1e-7', expansion(1e-7), '1e-7'],
    ['[1e23]', '[99999999999999991611392]', '[1e+23]'],
    ['1.2345678901234567e18', '1234567890123456768', '1234567890123456768'],
    ['12345678.9', expansion(12345678.9), '12345678.9'],
    ['10000000.0', '10000000', '10000000'],
    ['18446744073709551615', '18446744073709551615', '18446744073709551615'],
    ['-9223372036854775808', '-9223372036854775808', '-9223372036854775808'],
    [
      '{"1e5": "2e5 12345678901234567890.5"}',
      '{"1e5": "2e5 12345678901234567890.5"}',
      '{"1e5": "2e5 12345678901234567890.5"}',
    ],
    [
      '["\\"1e5", 1e20, true]',
      '["\\"1e5", 100000000000000000000, true]',
      '["\\"1e5", 100000000000000000000, true]',
    ],
    // A DECIMAL that SQL put into the document: no double has this value, so no digit is touched.
    ['0.12345678901234567890123', '0.12345678901234567890123', '0.12345678901234567890123'],
  ])('%s of MySQL and %s of Debezium are both %s', (source, debezium, exact) => {
    expect(fromSource(source)).toBe(exact);
    expect(fromDebezium(debezium)).toBe(exact);
  });

  it('any double is the same number on both ways', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const copied = fromSource(`[${sourceDouble(value)}]`);
        const streamed = fromDebezium(`[${debeziumDouble(value)}]`);
        expect(decimalValue(streamed)).toBe(decimalValue(copied));
        expect(JSON.parse(streamed)).toEqual([value]);
      }),
      { numRuns: 2000 },
    );
  });

  it('no text without such numbers is touched', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\\u0000/.test(text) && !/\d[eE]|\d{8}/.test(text));
        expect(fromSource(text)).toBe(text);
        expect(fromDebezium(text)).toBe(text);
      }),
    );
  });
});

/** A number's decimal value in one form, as PostgreSQL's numeric would compare it. */
function decimalValue(array: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^\[(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?\]$/.exec(array) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + (digits.length - trimmed.length);
  return trimmed === '' ? '0' : `${sign}${trimmed}e${power}`;
}

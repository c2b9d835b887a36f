import type { RefuseValue } from './refuse-value.ts';

const integerForm = /^-?(?:0|[1-9]\d*)$/;

/** Checks and normalises decimal digits: zero-filled columns print leading zeros. */
export function compileInteger(min: string, max: string, refuse: RefuseValue): (digits: string) => string {
  const minValue = BigInt(min);
  const maxValue = BigInt(max);
  const isSigned = minValue < 0n;
  return (digits) => {
    const text = integerForm.test(digits) && digits !== '-0' ? digits : normalInteger(digits, refuse);
    // Fewer digits than the bound has cannot pass it.
    if (text.length < max.length && (isSigned || text.charCodeAt(0) !== minusSign)) return text;
    const value = BigInt(text);
    if (value < minValue || value > maxValue) refuse(`integer outside ${min} to ${max}`);
    return text;
  };
}

/** The integer that a big-endian two's complement number stands for, as Connect's Decimal carries it. */
export function bigEndianInteger(bytes: Buffer): number | bigint {
  const { length } = bytes;
  if (length === 0) return 0;
  if (length <= 4) return bytes.readIntBE(0, length);
  if (length > 9) return BigInt.asIntN(length * 8, BigInt(`0x${bytes.toString('hex')}`));
  // Most values are small: two reads and no bigint.
  const high = bytes.readIntBE(0, length - 4);
  const low = bytes.readUInt32BE(length - 4);
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) + BigInt(low);
}

/** Digits with exactly `scale` after the point; more digits than precision and scale allow are refused, never rounded. */
export function compileDecimal(
  precision: number,
  scale: number,
  refuse: RefuseValue,
): (text: string) => string {
  const integerDigitsMax = precision - scale;
  const exactForm = new RegExp(
    `^-?(?:0|[1-9]\\d{0,${Math.max(integerDigitsMax - 1, 0)}})${scale === 0 ? '' : `\\.\\d{${scale}}`}$`,
  );
  const hasIntegerDigits = integerDigitsMax > 0;
  return (text) => {
    if (
      hasIntegerDigits &&
      exactForm.test(text) &&
      (text.charCodeAt(0) !== minusSign || nonZero.test(text))
    ) {
      return text;
    }
    return normalDecimal(text, integerDigitsMax, scale, refuse);
  };
}

/** Shortest text that reads back to the same 8 bytes. */
export function float8Text(value: number, refuse: RefuseValue): string {
  if (!Number.isFinite(value)) refuse('not a finite number');
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Shortest text that reads back to the same 4 bytes. */
export function float4Text(value: number, refuse: RefuseValue): string {
  if (Math.fround(value) !== value) refuse('not a finite number of 4 bytes');
  if (Number.isInteger(value) && Math.abs(value) <= float4IntegersTo) return float8Text(value, refuse);
  // Six digits always survive the way through 4 bytes, so a shorter text is found at six; below the normal range it is not.
  const digitsMin = Math.abs(value) < float4NormalMin ? 1 : 6;
  for (let digits = digitsMin; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value && !isBetweenTwoFloat4(candidate)) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
}

/** A number as MySQL prints it: digits, point and exponent only. */
export function parseFloatText(text: string, refuse: RefuseValue): number {
  return floatForm.test(text) ? Number(text) : refuse('not a number');
}

const minusSign = 45;
const nonZero = /[1-9]/;
const float4IntegersTo = 2 ** 24;
const float4NormalMin = 2 ** -126;
const floatForm = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function normalInteger(digits: string, refuse: RefuseValue): string {
  const match = /^(-?)0*(\d+)$/.exec(digits);
  if (match === null) return refuse('not an integer');
  return match[2] === '0' ? '0' : `${match[1]}${match[2]}`;
}

function normalDecimal(text: string, integerDigitsMax: number, scale: number, refuse: RefuseValue): string {
  const match = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null || !/\d/.test(text)) return refuse('not a decimal number');
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole.length > integerDigitsMax) refuse(`more than ${integerDigitsMax} digits before the point`);
  if (fraction.length > scale) refuse(`more than ${scale} digits after the point`);
  const digits = (whole === '' ? '0' : whole) + (scale === 0 ? '' : `.${fraction.padEnd(scale, '0')}`);
  return whole === '' && fraction === '' ? digits : sign + digits;
}

const float8Bits = new DataView(new ArrayBuffer(8));

/**
 * Whether the double lies exactly between two neighbouring floats. Reading the text as a double first and rounding that
 * can then differ from reading the text as a float at once, which is what PostgreSQL does.
 */
function isBetweenTwoFloat4(value: number): boolean {
  float8Bits.setFloat64(0, value);
  return (float8Bits.getUint32(4) & 0x1fffffff) === 0x10000000;
}

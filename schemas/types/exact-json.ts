import { checkStorable } from './exact-text.ts';
import type { RefuseValue } from './refuse-value.ts';

/**
 * JSON keeps its text, except for one thing: MySQL prints a double as its shortest digits with an exponent, Debezium
 * prints the same double from the binlog as its whole binary expansion without one, and PostgreSQL's jsonb keeps the
 * digits it is given. Both are brought to one notation, so that a copied row and a streamed row are the same document:
 *
 * - a whole number below 2^64 in size: all its digits (Debezium's form does not tell it from an integer);
 * - any other double: the shortest digits that read back to it.
 */
export function compileJsonFromSource(refuse: RefuseValue): (text: string) => string {
  return (text) => {
    checkJson(text, refuse);
    return mayHoldSourceDouble.test(text) ? mapNumbers(text, fromSourceNumber) : text;
  };
}

export function compileJsonFromDebezium(refuse: RefuseValue): (text: string) => string {
  return (text) => {
    checkJson(text, refuse);
    return mayHoldExpansion.test(text) ? mapNumbers(text, fromExpansion) : text;
  };
}

// Cheap signs that the document may hold such a number; what looks like one inside a string is left alone later.
const mayHoldSourceDouble = /\d[eE]|\d{8}\.0/;
const mayHoldExpansion = /\d{18}|\d{8}\.\d/;

function checkJson(text: string, refuse: RefuseValue): void {
  checkStorable(text, refuse);
  if (hasNulEscape(text)) refuse('holds U+0000 in a string, which jsonb cannot store');
}

/** Whether some `\u0000` is an escape: an even number of backslashes before it are escaped backslashes. */
function hasNulEscape(text: string): boolean {
  for (let at = text.indexOf(nulEscape); at !== -1; at = text.indexOf(nulEscape, at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return true;
  }
  return false;
}

const nulEscape = String.raw`\u0000`;
const backslash = 92;
const quote = 34;

/** Passes each number outside strings through `map`. */
function mapNumbers(text: string, map: (number: string) => string): string {
  let result = '';
  let kept = 0;
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      at = endOfString(text, at);
    } else if (isNumberStart(unit)) {
      numberToken.lastIndex = at;
      const number = numberToken.exec(text)?.[0] ?? '-';
      const mapped = map(number);
      if (mapped !== number) {
        result += text.slice(kept, at) + mapped;
        kept = at + number.length;
      }
      at += number.length;
    } else {
      at += 1;
    }
  }
  return result + text.slice(kept);
}

const numberToken = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function isNumberStart(unit: number): boolean {
  return unit === 45 || (unit >= 48 && unit <= 57);
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === backslash) at += 1;
    else if (unit === quote) return at + 1;
  }
  return text.length;
}

/** A number as MySQL prints it: only doubles have an exponent. */
function fromSourceNumber(number: string): string {
  if (/[eE]/.test(number)) return oneNotation(Number(number));
  if (number.endsWith('.0') && Math.abs(Number(number)) >= javaExponentFrom) return number.slice(0, -2);
  return number;
}

/**
 * A number as Debezium prints it: a double's whole expansion is taken for that double, everything else is kept. A DECIMAL
 * of 16 and more digits that SQL put into the document and that happens to be a double's expansion is taken for it too.
 */
function fromExpansion(number: string): string {
  if (number.replace(/^-?0*\.?0*/, '').replace('.', '').length <= digitsOfDecimalKept) return number;
  if (!number.includes('.') && isWithinIntegers(BigInt(number))) return number;
  const value = Number(number);
  return isExpansionOf(number, value) ? oneNotation(value) : number;
}

/** Java prints doubles from here on with an exponent, and Debezium writes those out as whole numbers. */
const javaExponentFrom = 1e7;
/** Up to so many digits a number and the double nearest to it have the same shortest text. */
const digitsOfDecimalKept = 15;

function oneNotation(value: number): string {
  if (!Number.isInteger(value)) return String(value);
  const whole = BigInt(value);
  return isWithinIntegers(whole) ? whole.toString() : String(value);
}

function isWithinIntegers(whole: bigint): boolean {
  return whole < 18_446_744_073_709_551_616n && whole > -18_446_744_073_709_551_616n;
}

/** Whether the digits are exactly the value of the double, to its last binary digit. */
function isExpansionOf(number: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const [whole = '', fraction = ''] = number.split('.');
  const { mantissa, exponent } = partsOf(value);
  // digits / 10^f = mantissa * 2^exponent, with both sides brought to whole numbers.
  const left = BigInt(whole.replace('-', '') + fraction) * (exponent < 0 ? 1n << BigInt(-exponent) : 1n);
  const right = mantissa * 10n ** BigInt(fraction.length) * (exponent > 0 ? 1n << BigInt(exponent) : 1n);
  return left === right;
}

const float8Bits = new DataView(new ArrayBuffer(8));

/** |value| = mantissa * 2^exponent. */
function partsOf(value: number): { mantissa: bigint; exponent: number } {
  float8Bits.setFloat64(0, Math.abs(value));
  const bits = float8Bits.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const low = bits & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: low, exponent: -1074 };
  return { mantissa: low | (1n << 52n), exponent: biased - 1075 };
}

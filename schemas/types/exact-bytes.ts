import type { RefuseValue } from './refuse-value.ts';

/** V8 ends strings at about 2^29 characters; hex needs two per byte, and COPY text a second copy of the backslash. */
const bytesTextMax = 256 * 1024 * 1024 - 64;

/** `\x` and lower-case hex of raw bytes; fixed-length columns are filled up with zero bytes as MySQL does. */
export function compileBytes(
  bytesMax: number | null,
  padTo: number | null,
  refuse: RefuseValue,
): (bytes: Buffer) => string {
  const lengthMax = Math.min(bytesMax ?? bytesTextMax, bytesTextMax);
  const hexPadTo = (padTo ?? 0) * 2;
  return (bytes) => {
    if (bytes.length > lengthMax) refuse(`longer than ${lengthMax} bytes`);
    return `\\x${bytes.toString('hex').padEnd(hexPadTo, '0')}`;
  };
}

/** The same from the source's own hex text. */
export function compileHex(
  bytesMax: number | null,
  padTo: number | null,
  refuse: RefuseValue,
): (hex: string) => string {
  const hexMax = Math.min(bytesMax ?? bytesTextMax, bytesTextMax) * 2;
  const hexPadTo = (padTo ?? 0) * 2;
  return (hex) => {
    if (hex.length % 2 !== 0 || nonHex.test(hex)) refuse('not hex digits');
    if (hex.length > hexMax) refuse(`longer than ${hexMax / 2} bytes`);
    return `\\x${hex.toLowerCase().padEnd(hexPadTo, '0')}`;
  };
}

/** Exactly `length` characters `0` or `1` of bytes that begin with the lowest bits. */
export function compileLittleEndianBits(length: number, refuse: RefuseValue): (bytes: Buffer) => string {
  return (bytes) => {
    let bits = '';
    for (const byte of bytes) bits = `${eightBits[byte]}${bits}`;
    return fitBits(bits, length, refuse);
  };
}

/** The same from binary digits, highest first. */
export function compileBitText(length: number, refuse: RefuseValue): (text: string) => string {
  return (text) => (/^[01]+$/.test(text) ? fitBits(text, length, refuse) : refuse('not binary digits'));
}

const nonHex = /[^0-9A-Fa-f]/;
const eightBits = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, '0'));

function fitBits(bits: string, length: number, refuse: RefuseValue): string {
  const surplus = bits.length - length;
  if (surplus <= 0) return bits.padStart(length, '0');
  if (bits.slice(0, surplus).includes('1')) refuse(`more than ${length} bits`);
  return bits.slice(surplus);
}

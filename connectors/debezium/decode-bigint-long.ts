import avro from 'avsc';

/** Avro's `long` as bigint. A JS number would lose digits beyond 2^53. */
// oxlint-disable-next-line no-underscore-dangle -- the name avsc gave its public way to a long of one's own
export const bigintLong = avro.types.LongType.__with(
  {
    fromBuffer: readVarint,
    toBuffer: writeVarint,
    fromJSON: (value: number | string) => BigInt(value),
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (left: bigint, right: bigint) => (left === right ? 0 : left < right ? -1 : 1),
  },
  true,
);

/** Seven bytes hold 49 bits: below that, doubles are exact and far faster than bigint arithmetic. */
const exactBytesMax = 7;

function readVarint(bytes: Uint8Array): bigint {
  if (bytes.length > exactBytesMax) return readLongVarint(bytes);
  let zigzag = 0;
  let weight = 1;
  for (let index = 0; index < bytes.length; index++) {
    zigzag += ((bytes[index] ?? 0) & 0x7f) * weight;
    weight *= 128;
  }
  return BigInt(zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
}

function readLongVarint(bytes: Uint8Array): bigint {
  let zigzag = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    zigzag |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
  }
  return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
}

function writeVarint(value: bigint): Buffer {
  let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  while (zigzag > 0x7fn) {
    bytes.push(Number(zigzag & 0x7fn) | 0x80);
    zigzag >>= 7n;
  }
  bytes.push(Number(zigzag));
  return Buffer.from(bytes);
}

import avro from 'avsc';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bigintLong } from './decode-bigint-long.ts';

const max = 2n ** 63n - 1n;

it('reads every 64-bit number that was written, at the edges of each length too', () => {
  const edges = Array.from({ length: 64 }, (_, bit) => 2n ** BigInt(bit)).flatMap((n) => [
    n - 1n,
    n,
    -n,
    -n - 1n,
  ]);
  for (const number of edges.filter((n) => n >= -max - 1n && n <= max)) {
    expect(bigintLong.fromBuffer(bigintLong.toBuffer(number))).toBe(number);
  }
  fc.assert(
    fc.property(fc.bigInt(-max - 1n, max), (number) => {
      expect(bigintLong.fromBuffer(bigintLong.toBuffer(number))).toBe(number);
    }),
  );
});

it('reads what another Avro writer wrote', () => {
  const plain = avro.Type.forSchema('long');
  // avsc's own numbers are exact only as far as their zigzag form, twice as large, is.
  const exactMax = 2 ** 51;
  fc.assert(
    fc.property(
      fc.maxSafeInteger().filter((number) => Math.abs(number) < exactMax),
      (number) => {
        expect(bigintLong.fromBuffer(plain.toBuffer(number))).toBe(BigInt(number));
      },
    ),
  );
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnPlan, sourceColumn } from '../plan/source-fixture.ts';
import type { SourceColumn } from '../source-table.ts';
import { compileFromAvro } from './exact-from-avro.ts';
import { compileFromText } from './exact-from-text.ts';

/** One value of a kind, as Debezium sends it and as MySQL prints it, made here by other means than the product's. */
interface Sent {
  readonly column: Partial<SourceColumn>;
  readonly avro: unknown;
  readonly text: string;
}

const kinds: Readonly<Record<string, fc.Arbitrary<Sent>>> = {
  bigint: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value) => ({
    column: { dataType: 'bigint' },
    avro: value,
    text: value.toString(),
  })),
  'bigint unsigned': fc.bigInt(0n, 2n ** 64n - 1n).map((value) => ({
    column: { dataType: 'bigint', columnType: 'bigint unsigned', isUnsigned: true },
    avro: twosComplement(value),
    text: value.toString(),
  })),
  decimal: fc
    .tuple(fc.integer({ min: 1, max: 65 }), fc.integer({ min: 0, max: 30 }), fc.boolean())
    .filter(([precision, scale]) => scale <= precision)
    .chain(([precision, scale, isNegative]) =>
      fc.bigInt(0n, 10n ** BigInt(precision) - 1n).map((unscaled) => {
        const digits = unscaled.toString().padStart(scale + 1, '0');
        const whole = digits.slice(0, digits.length - scale);
        const sign = isNegative && unscaled !== 0n ? '-' : '';
        const text = sign + whole + (scale === 0 ? '' : `.${digits.slice(-scale)}`);
        return {
          column: { dataType: 'decimal', numericPrecision: precision, numericScale: scale },
          avro: text,
          text,
        };
      }),
    ),
  float: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => ({
    column: { dataType: 'float' },
    avro: value,
    text: Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e'),
  })),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({
    column: { dataType: 'double' },
    avro: value,
    text: Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e'),
  })),
  bit: fc
    .integer({ min: 2, max: 64 })
    .chain((length) => fc.tuple(fc.constant(length), fc.bigInt(0n, 2n ** BigInt(length) - 1n)))
    .map(([length, value]) => ({
      column: { dataType: 'bit', length },
      avro: littleEndian(value, Math.ceil(length / 8)),
      text: value.toString(2).padStart(length, '0'),
    })),
  varchar: fc.string({ unit: 'binary', maxLength: 30 }).map((drawn) => {
    const text = drawn.replaceAll('\0', '');
    return { column: { dataType: 'varchar', length: 30, characterSet: 'utf8mb4' }, avro: text, text };
  }),
  binary: fc.uint8Array({ maxLength: 16 }).map((bytes) => ({
    column: { dataType: 'binary', length: 16 },
    avro: Buffer.from(bytes),
    text: Buffer.concat([bytes], 16).toString('hex').toUpperCase(),
  })),
  blob: fc.uint8Array({ maxLength: 300 }).map((bytes) => ({
    column: { dataType: 'blob', length: 65535 },
    avro: Buffer.from(bytes),
    text: Buffer.from(bytes).toString('hex').toUpperCase(),
  })),
  date: anyMicros().map((micros) => ({
    column: { dataType: 'date' },
    avro: Number(floorDivide(micros, 86_400_000_000n)),
    text: isoText(micros, 6).slice(0, 10),
  })),
  datetime: withFraction(anyMicros()).map(([micros, fractionDigits]) => ({
    column: { dataType: 'datetime', fractionDigits },
    avro: fractionDigits <= 3 ? floorDivide(micros, 1000n) : micros,
    text: isoText(micros, fractionDigits),
  })),
  timestamp: withFraction(fc.bigInt(1_000_000n, 2_147_483_647_999_999n)).map(([micros, fractionDigits]) => ({
    column: { dataType: 'timestamp', fractionDigits },
    avro: `${isoText(micros, fractionDigits).replace(' ', 'T')}Z`,
    text: isoText(micros, fractionDigits),
  })),
  time: withFraction(fc.bigInt(-3_020_399_000_000n, 3_020_399_000_000n)).map(([micros, fractionDigits]) => ({
    column: { dataType: 'time', fractionDigits },
    avro: micros,
    text: timeText(micros, fractionDigits),
  })),
  set: fc.subarray(['a', 'b c', 'null', '"', '{}', "it's"]).map((chosen) => ({
    column: { dataType: 'set', labels: ['a', 'b c', 'null', '"', '{}', "it's"] },
    avro: chosen.join(','),
    text: chosen.join(','),
  })),
};

describe('the log and a read of the source give the same exact text', () => {
  it.each(Object.keys(kinds))('for any %s', (kind) => {
    fc.assert(
      fc.property(kinds[kind] ?? fc.constant(null), (sent) => {
        if (sent === null) return;
        const column = columnPlan(sourceColumn({ name: 'c', ...sent.column }));
        const exact = compileFromText(column, 'shop.t')(sent.text);
        expect(compileFromAvro(column, 'shop.t')(sent.avro)).toBe(exact);
        if (column.value.kind === 'float4') expect(Math.fround(Number(exact))).toBe(sent.avro);
        if (column.value.kind === 'float8') expect(Number(exact)).toBe(sent.avro);
      }),
      { numRuns: 500 },
    );
  });

  it('for every day of the years 1 to 9999', () => {
    const convert = compileFromAvro(columnPlan(sourceColumn({ name: 'c', dataType: 'date' })), 'shop.t');
    const check = compileFromText(columnPlan(sourceColumn({ name: 'c', dataType: 'date' })), 'shop.t');
    // A step that is prime to 7, 30, 365 and 146,097 meets all kinds of days.
    for (let day = -719_162; day <= 2_932_896; day += 11) {
      const text = isoText(BigInt(day) * 86_400_000_000n, 0).slice(0, 10);
      if (convert(day) !== text || check(text) !== text) expect(convert(day)).toBe(text);
    }
  });
});

/** Any microsecond of the years 1 to 9999. */
function anyMicros(): fc.Arbitrary<bigint> {
  return fc.bigInt(-62_135_596_800_000_000n, 253_402_300_799_999_999n);
}

function withFraction(micros: fc.Arbitrary<bigint>): fc.Arbitrary<readonly [bigint, number]> {
  return fc.tuple(micros, fc.integer({ min: 0, max: 6 })).map(([value, fraction]) => {
    const unit = 10n ** BigInt(6 - fraction);
    return [floorDivide(value, unit) * unit, fraction] as const;
  });
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return (value - (rest < 0n ? rest + divisor : rest)) / divisor;
}

function isoText(micros: bigint, fraction: number): string {
  const seconds = floorDivide(micros, 1_000_000n);
  const rest = (micros - seconds * 1_000_000n).toString().padStart(6, '0').slice(0, fraction);
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return fraction === 0 ? text : `${text}.${rest}`;
}

function timeText(micros: bigint, fraction: number): string {
  const size = micros < 0n ? -micros : micros;
  const seconds = size / 1_000_000n;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  const clock = parts.map((part) => part.toString().padStart(2, '0')).join(':');
  const rest = (size % 1_000_000n).toString().padStart(6, '0').slice(0, fraction);
  return (micros < 0n ? '-' : '') + clock + (fraction === 0 ? '' : `.${rest}`);
}

function twosComplement(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}

function littleEndian(value: bigint, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, place) => Number((value >> BigInt(place * 8)) & 0xffn)));
}

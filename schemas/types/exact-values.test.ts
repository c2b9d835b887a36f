import { describe, expect, it } from 'vitest';
import { columnPlan, sourceColumn } from '../plan/source-fixture.ts';
import { CausewayError } from '../errors/causeway-error.ts';
import type { SourceColumn } from '../source-table.ts';
import { compileFromAvro } from './exact-from-avro.ts';
import { compileFromText } from './exact-from-text.ts';

type Given = Partial<SourceColumn>;

const bigintUnsigned: Given = { dataType: 'bigint', columnType: 'bigint unsigned', isUnsigned: true };
const decimal = (numericPrecision: number, numericScale: number): Given => ({
  dataType: 'decimal',
  numericPrecision,
  numericScale,
});
const datetime = (fractionDigits: number): Given => ({ dataType: 'datetime', fractionDigits });
const timestamp = (fractionDigits: number): Given => ({ dataType: 'timestamp', fractionDigits });
const time = (fractionDigits: number): Given => ({ dataType: 'time', fractionDigits });
const varchar = (length: number, characterSet = 'utf8mb4'): Given => ({
  dataType: 'varchar',
  length,
  characterSet,
});
const choice: Given = { dataType: 'enum', labels: ['new', 'a,b', "it's"] };
const flags: Given = { dataType: 'set', labels: ['red', 'dark blue', 'null'] };

/** Column, value as Debezium sends it, text as MySQL sends it for the read expression, exact text. */
const values: readonly (readonly [Given, unknown, string, string])[] = [
  [{ dataType: 'tinyint' }, -128, '-128', '-128'],
  [{ dataType: 'int', isUnsigned: true }, 4294967295n, '4294967295', '4294967295'],
  [{ dataType: 'int', isUnsigned: true }, 42n, '0000000042', '42'],
  [{ dataType: 'bigint' }, -9223372036854775808n, '-9223372036854775808', '-9223372036854775808'],
  [bigintUnsigned, Buffer.from('00ffffffffffffffff', 'hex'), '18446744073709551615', '18446744073709551615'],
  [bigintUnsigned, Buffer.from('00', 'hex'), '0', '0'],
  [bigintUnsigned, Buffer.from('0080', 'hex'), '128', '128'],
  [{ dataType: 'year', columnType: 'year' }, 2155, '2155', '2155'],
  [{ dataType: 'year', columnType: 'year' }, 1900, '0000', '0'],
  [decimal(10, 2), '1.20', '1.20', '1.20'],
  [decimal(10, 2), '-0.05', '-0.05', '-0.05'],
  [decimal(10, 2), '0.00', '-0.00', '0.00'],
  [decimal(10, 2), '12.50', '00000012.50', '12.50'],
  [decimal(5, 0), '99999', '99999', '99999'],
  [decimal(3, 3), '0.001', '0.001', '0.001'],
  [decimal(3, 3), '-0.999', '-0.999', '-0.999'],
  [
    decimal(65, 30),
    `${'9'.repeat(35)}.${'9'.repeat(30)}`,
    `${'9'.repeat(35)}.${'9'.repeat(30)}`,
    `${'9'.repeat(35)}.${'9'.repeat(30)}`,
  ],
  [{ dataType: 'float' }, Math.fround(0.1), '0.10000000149011612', '0.1'],
  [{ dataType: 'float' }, Math.fround(3.4028235e38), '3.4028234663852886e38', '3.4028235e+38'],
  [{ dataType: 'float' }, Math.fround(1.4e-45), '1.401298464324817e-45', '1e-45'],
  [{ dataType: 'float' }, 16777216, '16777216', '16777216'],
  [{ dataType: 'float' }, -0, '-0', '-0'],
  [{ dataType: 'double' }, 0.1, '0.1', '0.1'],
  [{ dataType: 'double' }, 1.7976931348623157e308, '1.7976931348623157e308', '1.7976931348623157e+308'],
  [{ dataType: 'double' }, 5e-324, '5e-324', '5e-324'],
  [{ dataType: 'double' }, -0, '-0', '-0'],
  [{ dataType: 'bit', length: 1 }, true, '1', 't'],
  [{ dataType: 'bit', length: 1 }, false, '0', 'f'],
  [{ dataType: 'bit', length: 5 }, Buffer.from([0]), '00000', '00000'],
  [{ dataType: 'bit', length: 12 }, Buffer.from([0x01, 0x0a]), '101000000001', '101000000001'],
  [{ dataType: 'bit', length: 64 }, Buffer.alloc(8, 0xff), '1'.repeat(64), '1'.repeat(64)],
  [varchar(2), '🦆é', '🦆é', '🦆é'],
  [varchar(0), '', '', ''],
  [varchar(9), '\\N \t\n', '\\N \t\n', '\\N \t\n'],
  [varchar(2), '�', '�', '�'],
  [{ dataType: 'binary', length: 4 }, Buffer.from('ab', 'hex'), 'AB000000', '\\xab000000'],
  [{ dataType: 'varbinary', length: 4 }, Buffer.from('00ff', 'hex'), '00FF', '\\x00ff'],
  [{ dataType: 'blob', length: 65535 }, Buffer.alloc(0), '', '\\x'],
  [{ dataType: 'date' }, 0, '1970-01-01', '1970-01-01'],
  [{ dataType: 'date' }, -1, '1969-12-31', '1969-12-31'],
  [{ dataType: 'date' }, 11016, '2000-02-29', '2000-02-29'],
  [{ dataType: 'date' }, -719162, '0001-01-01', '0001-01-01'],
  [{ dataType: 'date' }, 2932896, '9999-12-31', '9999-12-31'],
  [datetime(0), 253402300799000n, '9999-12-31 23:59:59', '9999-12-31 23:59:59'],
  [datetime(3), -1n, '1969-12-31 23:59:59.999', '1969-12-31 23:59:59.999'],
  [datetime(2), 120n, '1970-01-01 00:00:00.12', '1970-01-01 00:00:00.12'],
  [datetime(6), 253402300799999999n, '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999'],
  [datetime(6), -62135596799999999n, '0001-01-01 00:00:00.000001', '0001-01-01 00:00:00.000001'],
  [datetime(5), 10n, '1970-01-01 00:00:00.00001', '1970-01-01 00:00:00.00001'],
  [timestamp(0), '2038-01-19T03:14:07Z', '2038-01-19 03:14:07', '2038-01-19 03:14:07+00'],
  [timestamp(6), '2026-11-21T12:00:00.5Z', '2026-11-21 12:00:00.500000', '2026-11-21 12:00:00.500000+00'],
  [timestamp(2), '2026-11-21T12:00:00.12Z', '2026-11-21 12:00:00.12', '2026-11-21 12:00:00.12+00'],
  [time(0), -3020399000000n, '-838:59:59', '-838:59:59'],
  [time(6), 3020399000000n, '838:59:59.000000', '838:59:59.000000'],
  [time(6), -1n, '-00:00:00.000001', '-00:00:00.000001'],
  [time(1), 0n, '-00:00:00.0', '00:00:00.0'],
  [time(3), 36000000000n, '10:00:00.000', '10:00:00.000'],
  [choice, 'a\\,b', 'a,b', 'a,b'],
  [choice, "it's", "it's", "it's"],
  [flags, '', '', '{}'],
  [flags, 'red,dark blue,null', 'red,dark blue,null', '{red,"dark blue","null"}'],
  [{ dataType: 'json' }, '{"a":1}', '{"a":1}', '{"a":1}'],
  [{ dataType: 'json' }, String.raw`"\\u0000"`, String.raw`"\\u0000"`, String.raw`"\\u0000"`],
];

/** Column, value as Debezium sends it (undefined: only the text is refused), text (null: only Debezium's), reason. */
const refusals: readonly (readonly [Given, unknown, string | null, RegExp])[] = [
  [{ dataType: 'tinyint' }, 128, '128', /integer outside -128 to 127/],
  [{ dataType: 'tinyint' }, true, null, /arrived as boolean/],
  [{ dataType: 'int' }, 1.5, '1.5', /integer/],
  [bigintUnsigned, Buffer.from('ff', 'hex'), '-1', /integer outside 0/],
  [bigintUnsigned, Buffer.from('010000000000000000', 'hex'), '18446744073709551616', /integer outside 0/],
  [decimal(4, 2), '100.00', '100.00', /more than 2 digits before the point/],
  [decimal(4, 2), '1.235', '1.235', /more than 2 digits after the point/],
  [decimal(4, 2), 'NaN', 'NaN', /not a decimal number/],
  [decimal(4, 2), '.', '', /not a decimal number/],
  [{ dataType: 'float' }, 0.1, '0.1', /not a finite number of 4 bytes/],
  [{ dataType: 'float' }, Number.NaN, 'nan', /not a/],
  [{ dataType: 'double' }, Number.POSITIVE_INFINITY, 'inf', /not a/],
  [{ dataType: 'bit', length: 5 }, Buffer.from([0x20]), '100000', /more than 5 bits/],
  [varchar(1), 'ab', 'ab', /longer than 1 characters/],
  [varchar(1), '🦆🦆', '🦆🦆', /longer than 1 characters/],
  [varchar(9), 'a\0b', 'a\0b', /U\+0000/],
  [varchar(9), 'a\ud83e', 'a\ud83e', /surrogate/],
  [varchar(9, 'latin1'), '\ufffd', '\ufffd', /lost on the way/],
  [{ dataType: 'varbinary', length: 1 }, Buffer.alloc(2), '0000', /longer than 1 bytes/],
  [{ dataType: 'varbinary', length: 9 }, 'ab', 'xy', /not hex digits|arrived as string/],
  [{ dataType: 'date' }, -719163, '0000-01-01', /zero date/],
  [{ dataType: 'date' }, 2932897, '2026-02-29', /zero date/],
  [{ dataType: 'date' }, null, '0000-00-00', /zero date/],
  [datetime(0), null, '2026-00-10 00:00:00', /zero date/],
  [timestamp(0), null, '0000-00-00 00:00:00', /zero date/],
  [datetime(0), 1n, '1970-01-01 00:00:00.001', /digits/],
  [timestamp(1), '1970-01-01T00:00:00.12Z', '1970-01-01 00:00:00.12', /digits/],
  [timestamp(0), '1970-01-01T00:00:00+01:00', null, /not a time in UTC/],
  [time(0), 3020400000000n, '839:00:00', /838:59:59/],
  [choice, '', '', /empty value that stands for an invalid ENUM label/],
  [choice, 'old', 'old', /not a label of the ENUM/],
  [flags, 'red,green', 'red,green', /not a label of the SET/],
  [{ dataType: 'json' }, String.raw`"a\\\u0000"`, String.raw`"\u0000"`, /U\+0000/],
  [{ dataType: 'int' }, null, null, /NULL in a column that is NOT NULL/],
  [{ dataType: 'int' }, undefined, null, /missing from the record/],
];

describe('exact text of a value', () => {
  it.each(values)('%j: %o from the log and %j from MySQL are %j', (given, avro, text, exact) => {
    const column = columnPlan(sourceColumn({ name: 'c', ...given }));
    expect(compileFromAvro(column, 'shop.t')(avro)).toBe(exact);
    expect(compileFromText(column, 'shop.t')(text)).toBe(exact);
  });

  it('NULL stays NULL in a nullable column', () => {
    const column = columnPlan(sourceColumn({ name: 'c', isNullable: true }));
    expect(compileFromAvro(column, 'shop.t')(null)).toBeNull();
    expect(compileFromText(column, 'shop.t')(null)).toBeNull();
  });
});

describe('a value that cannot be carried exactly is refused', () => {
  it.each(refusals)('%j: %o from the log and %j from MySQL', (given, avro, text, reason) => {
    const column = columnPlan(sourceColumn({ name: 'c', ...given }));
    expect(reasonOf(() => compileFromAvro(column, 'shop.t')(avro))).toMatch(reason);
    if (text !== null) expect(reasonOf(() => compileFromText(column, 'shop.t')(text))).toMatch(reason);
  });

  it('names table and column but never the value', () => {
    const column = columnPlan(sourceColumn({ name: 'amount', ...decimal(4, 2) }));
    expect(() => compileFromText(column, 'shop.orders')('31415.92')).toThrow(
      expect.objectContaining({
        code: 'VALUE_REFUSED',
        message: 'shop.orders.amount: more than 2 digits before the point',
        facts: { table: 'shop.orders', column: 'amount', reason: 'more than 2 digits before the point' },
      }),
    );
  });
});

function reasonOf(convert: () => unknown): string {
  try {
    convert();
  } catch (error) {
    if (error instanceof CausewayError && error.code === 'VALUE_REFUSED')
      return String(error.facts['reason']);
    throw error;
  }
  return 'not refused';
}

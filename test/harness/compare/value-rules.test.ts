import { describe, expect, it } from 'vitest';
import { ruleFor } from './value-rules.ts';

function isSame(
  types: [mysql: string, postgres: string],
  mysql: string | Buffer,
  postgres: string,
  bits = 0,
): boolean {
  const rule = ruleFor(types[0], types[1], bits);
  const left = rule.fromMysql(Buffer.from(mysql));
  const right = rule.fromPostgres(postgres);
  return left === right || (rule.isSame?.(left, right) ?? false);
}

describe('value rules', () => {
  it.each<[[string, string], string | Buffer, string]>([
    [['int', 'integer'], '0000042', '42'],
    [['int', 'integer'], '-7', '-7'],
    [['bigint', 'numeric'], '18446744073709551615', '18446744073709551615'],
    [['year', 'smallint'], '0000', '0'],
    [['decimal', 'numeric'], '-0.50', '-0.50'],
    [['float', 'real'], '0.10000000149011612', '0.10000000149011612'],
    [['double', 'double precision'], '1e20', '100000000000000000000'],
    [['double', 'double precision'], '-0', '-0'],
    [['varchar', 'character varying'], '你好 👋 مرحبا\t', '你好 👋 مرحبا\t'],
    [['enum', 'text'], 'a,b', 'a,b'],
    [['varbinary', 'bytea'], Buffer.from([0, 255]), '\\x00ff'],
    [['varbinary', 'bytea'], '', '\\x'],
    [['date', 'date'], '2026-01-31', '2026-01-31'],
    [['datetime', 'timestamp without time zone'], '2026-01-31 10:00:00.500000', '2026-01-31 10:00:00.5'],
    [['timestamp', 'timestamp with time zone'], '2026-01-31 10:00:00.120', '2026-01-31 10:00:00.12+00'],
    [['time', 'interval'], '-838:59:59.000000', '-838:59:59'],
    [['time', 'interval'], '00:00:00.5', '00:00:00.5'],
    [['set', 'ARRAY'], 'red,"blue"', '["red","\\"blue\\""]'],
    [['set', 'ARRAY'], '', '[]'],
    [['json', 'jsonb'], '{"b": 1, "a": [1.50, null]}', '{"a": [1.5, null], "b": 1}'],
    [['json', 'jsonb'], '[1.2345678901234567e19]', '[12345678901234567168]'],
    [['json', 'jsonb'], '"\\u00e9"', '"é"'],
  ])('%s: %s and %s are the same value', (types, mysql, postgres) => {
    expect(isSame(types, mysql, postgres)).toBe(true);
  });

  it.each<[[string, string], string | Buffer, string]>([
    [['bigint', 'bigint'], '9007199254740993', '9007199254740992'],
    [['decimal', 'numeric'], '1.10', '1.1'],
    [['decimal', 'numeric'], '0.1000000000000000055', '0.1000000000000000056'],
    [['double', 'double precision'], '0', '-0'],
    [['double', 'double precision'], '0.1', '0.10000000000000002'],
    [['varchar', 'text'], 'a', 'a '],
    [['varchar', 'text'], 'é', 'e\u0301'],
    [['varchar', 'text'], 'abc', 'Abc'],
    [['varbinary', 'bytea'], Buffer.from([1]), '\\x0100'],
    [['datetime', 'timestamp without time zone'], '2026-01-31 10:00:00.000001', '2026-01-31 10:00:00'],
    [['timestamp', 'timestamp with time zone'], '2026-01-31 10:00:00', '2026-01-31 10:00:00+01'],
    [['timestamp', 'timestamp with time zone'], '2026-01-31 10:00:00', '2026-01-31 10:00:00'],
    [['time', 'interval'], '24:00:00', '1 day'],
    [['set', 'ARRAY'], 'a,b', '["b","a"]'],
    [['set', 'ARRAY'], '', '[""]'],
    [['json', 'jsonb'], '{"a": 12345678901234567891}', '{"a": 12345678901234567890}'],
    [['json', 'jsonb'], '{"a": 1}', '{"a": "1"}'],
    [['json', 'jsonb'], '{"a": null}', '{}'],
    [['json', 'jsonb'], '[1, 2]', '[2, 1]'],
    [['json', 'jsonb'], '[0.1]', '[0.10000000000000002]'],
    [['json', 'jsonb'], '[1.23456789012345678901]', '[1.23456789012345678902]'],
  ])('%s: %s and %s are different values', (types, mysql, postgres) => {
    expect(isSame(types, mysql, postgres)).toBe(false);
  });

  it('reads bits from the left and a single bit as a boolean', () => {
    expect(isSame(['bit', 'bit'], Buffer.from([0x05]), '101', 3)).toBe(true);
    expect(isSame(['bit', 'bit'], Buffer.from([0x01, 0x80]), '0000000110000000', 16)).toBe(true);
    expect(isSame(['bit', 'boolean'], Buffer.from([1]), 't', 1)).toBe(true);
    expect(isSame(['bit', 'boolean'], Buffer.from([0]), 't', 1)).toBe(false);
  });

  it('refuses a pair of types that no rule names', () => {
    expect(() => ruleFor('int', 'text', 0)).toThrow(/no rule/);
    expect(() => ruleFor('geometry', 'point', 0)).toThrow(/no rule/);
  });

  it('orders keys as both servers do', () => {
    expect(ruleFor('int', 'integer', 0).order?.('9', '10')).toBeLessThan(0);
    expect(ruleFor('decimal', 'numeric', 0).order?.('-1.50', '1.2')).toBeLessThan(0);
    expect(ruleFor('varchar', 'text', 0).order?.('\uffee', '😀')).toBeLessThan(0);
    expect(ruleFor('varchar', 'text', 0).order?.('a', 'B')).toBeGreaterThan(0);
  });
});

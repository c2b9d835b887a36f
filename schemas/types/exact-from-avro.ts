import type { ColumnPlan } from '../migration-plan.ts';
import { bigEndianInteger, compileDecimal, float4Text, float8Text } from './exact-numbers.ts';
import { compileBytes, compileLittleEndianBits } from './exact-bytes.ts';
import { compileJsonFromDebezium } from './exact-json.ts';
import { compileEnum, compileSet, debeziumLabel } from './exact-labels.ts';
import { compileText } from './exact-text.ts';
import {
  compileDays,
  compileDuration,
  compileSinceEpoch,
  compileZoned,
  zeroDateReason,
} from './exact-times.ts';
import { refuserOf, type RefuseValue } from './refuse-value.ts';
import type { ExactText } from './value-kind.ts';

/**
 * The conversion of one column's values from Debezium's Avro to exact text. The connector must run with
 * `decimal.handling.mode=string`, `bigint.unsigned.handling.mode=precise`, `binary.handling.mode=bytes`,
 * `time.precision.mode=adaptive_time_microseconds` and `enable.time.adjuster=false`.
 * `where` is the table as `database.table`. The result runs once per value: it is kept free of allocation where it can be.
 */
export function compileFromAvro(column: ColumnPlan, where: string): (value: unknown) => ExactText {
  const refuse = refuserOf(column, where);
  const convert = compileConversion(column, refuse);
  if (column.target.isNullable) return (value) => (value === null ? null : convert(value));
  const nullReason = nullReasonOf(column);
  return (value) => (value === null ? refuse(nullReason) : convert(value));
}

/** Debezium has no value for a zero date: where it says so at all, it says NULL. */
function nullReasonOf(column: ColumnPlan): string {
  const { kind } = column.value;
  const isDated = kind === 'date' || kind === 'datetime' || kind === 'instant';
  return isDated ? zeroDateReason : 'NULL in a column that is NOT NULL';
}

function compileConversion(column: ColumnPlan, refuse: RefuseValue): (value: unknown) => string {
  const kind = column.value;
  switch (kind.kind) {
    case 'integer':
      return integerFromAvro(kind, isYear(column), refuse);
    case 'decimal':
      return ofString(compileDecimal(kind.precision, kind.scale, refuse), refuse);
    case 'float4':
      return ofNumber((value) => float4Text(value, refuse), refuse);
    case 'float8':
      return ofNumber((value) => float8Text(value, refuse), refuse);
    case 'boolean':
      return (value) => (value === true ? 't' : value === false ? 'f' : refuse(misfit(value)));
    case 'bits':
      return ofBytes(compileLittleEndianBits(kind.length, refuse), refuse);
    case 'text':
      return ofString(compileText(kind.charsMax, kind.charset === 'single-byte', refuse), refuse);
    case 'bytes':
      return ofBytes(compileBytes(kind.bytesMax, kind.padTo, refuse), refuse);
    case 'date':
      return ofNumber(compileDays(refuse), refuse);
    case 'datetime':
      return ofBigint(
        compileSinceEpoch(kind.fraction <= 3 ? 'milliseconds' : 'microseconds', kind.fraction, refuse),
        refuse,
      );
    case 'instant': {
      const convert = compileZoned(kind.fraction, refuse);
      return ofString((value) => `${convert(value)}+00`, refuse);
    }
    case 'duration':
      return ofBigint(compileDuration(kind.fraction, refuse), refuse);
    case 'enum':
      return ofString(compileEnum(kind.labels, debeziumLabel, refuse), refuse);
    case 'set':
      return ofString(compileSet(kind.labels, refuse), refuse);
    case 'json':
      break;
  }
  return ofString(compileJsonFromDebezium(refuse), refuse);
}

function integerFromAvro(
  { min, max }: { readonly min: string; readonly max: string },
  isYear: boolean,
  refuse: RefuseValue,
): (value: unknown) => string {
  const minNumber = Number(min);
  const maxNumber = Number(max);
  const minBigint = BigInt(min);
  const maxBigint = BigInt(max);
  return (sent) => {
    const value = Buffer.isBuffer(sent) ? bigEndianInteger(sent) : sent;
    if (
      typeof value === 'number' &&
      Number.isSafeInteger(value) &&
      value >= minNumber &&
      value <= maxNumber
    ) {
      // The binlog stores years from 1900 on and 0000 as 0; Debezium adds 1900 to both.
      return isYear && value === 1900 ? '0' : String(value);
    }
    if (typeof value === 'bigint' && value >= minBigint && value <= maxBigint) return value.toString();
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    return refuse(isNumber ? `integer outside ${min} to ${max}` : misfit(value));
  };
}

function isYear(column: ColumnPlan): boolean {
  return column.source.columnType.startsWith('year');
}

function ofString(convert: (value: string) => string, refuse: RefuseValue): (value: unknown) => string {
  return (value) => (typeof value === 'string' ? convert(value) : refuse(misfit(value)));
}

function ofNumber(convert: (value: number) => string, refuse: RefuseValue): (value: unknown) => string {
  return (value) => (typeof value === 'number' ? convert(value) : refuse(misfit(value)));
}

function ofBigint(convert: (value: bigint) => string, refuse: RefuseValue): (value: unknown) => string {
  return (value) => (typeof value === 'bigint' ? convert(value) : refuse(misfit(value)));
}

function ofBytes(convert: (value: Buffer) => string, refuse: RefuseValue): (value: unknown) => string {
  return (value) => (Buffer.isBuffer(value) ? convert(value) : refuse(misfit(value)));
}

function misfit(value: unknown): string {
  return value === undefined
    ? 'missing from the record'
    : `arrived as ${Buffer.isBuffer(value) ? 'bytes' : typeof value}, which its type is never sent as`;
}

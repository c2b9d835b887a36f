import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { SourceColumn, SourceIndex } from '../../schemas/source-table.ts';
import { quoteIdentifier } from './quote.ts';
import type { SqlValue } from './session.ts';

export interface SqlPart {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** One column of a table's key: how its bound is read, and how rows are compared with a bound. */
export interface KeyColumn {
  readonly name: string;
  readonly isDescending: boolean;
  /** Selects the bound's text: printable ASCII, exact. */
  readonly readSql: string;
  /** The bound as a constant of the column's own type and collation. Anything else would compare after a conversion: not in the index's order, and not by the index. */
  readonly boundSql: (bound: string) => SqlPart;
  readonly compare: (operator: KeyOperator, bound: string) => SqlPart;
}

export type KeyOperator = '=' | '<' | '<=' | '>';

/** The key columns of a table in key order, with the index that holds them in that order. */
export function keyColumns(table: TablePlan): { columns: KeyColumn[]; index: SourceIndex | null } {
  const names = table.key.map((position) => table.columns[position]?.source.name ?? '');
  const index = table.catalogue.indexes.find((candidate) => isIndexOf(candidate, names)) ?? null;
  const columns = names.map((name, position) => {
    const column = table.catalogue.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw unsupported(table, name, 'the catalogue does not have it');
    // NULL compares as unknown: rows with it would be in no range.
    const mayBeNull = column.isNullable && table.catalogue.primaryKey?.includes(name) !== true;
    if (mayBeNull) throw unsupported(table, name, 'it may be NULL');
    return keyColumn(table, column, index?.parts[position]?.isDescending ?? false);
  });
  return { columns, index };
}

function isIndexOf(index: SourceIndex, names: readonly string[]): boolean {
  const { parts } = index;
  return (
    index.isUnique &&
    index.isVisible &&
    parts.length === names.length &&
    parts.every((part, position) => part.column === names[position] && part.prefixLength === null)
  );
}

function keyColumn(table: TablePlan, column: SourceColumn, isDescending: boolean): KeyColumn {
  const sql = quoteIdentifier(column.name);
  const { readSql, constantSql } = notationOf(table, column, sql);
  const boundSql = (bound: string): SqlPart => ({ sql: constantSql, values: [bound] });
  const compare = (operator: KeyOperator, bound: string): SqlPart => {
    if (column.dataType === 'enum') return compareEnum(sql, column.labels.length, operator, bound);
    return { sql: `${sql} ${operator} ${constantSql}`, values: [bound] };
  };
  return { name: column.name, isDescending, readSql, boundSql, compare };
}

function notationOf(
  table: TablePlan,
  column: SourceColumn,
  sql: string,
): { readSql: string; constantSql: string } {
  switch (column.dataType) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
    case 'year':
      return {
        readSql: sql,
        constantSql: `CAST(? AS ${column.isUnsigned || column.dataType === 'year' ? 'UNSIGNED' : 'SIGNED'})`,
      };
    case 'decimal':
      return {
        readSql: sql,
        constantSql: `CAST(? AS DECIMAL(${column.numericPrecision ?? 65}, ${column.numericScale ?? 30}))`,
      };
    case 'float':
    case 'double':
      // As DOUBLE both print their shortest exact digits; a FLOAT by itself prints six.
      return { readSql: `${sql} * 1e0`, constantSql: 'CAST(? AS DOUBLE)' };
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
      return textNotation(column, sql);
    case 'binary':
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { readSql: `HEX(${sql})`, constantSql: 'UNHEX(?)' };
    case 'date':
      return { readSql: sql, constantSql: 'CAST(? AS DATE)' };
    case 'datetime':
    case 'timestamp':
      return { readSql: sql, constantSql: 'CAST(? AS DATETIME(6))' };
    case 'time':
      return { readSql: sql, constantSql: 'CAST(? AS TIME(6))' };
    case 'bit':
    case 'enum':
      return { readSql: `${sql} + 0`, constantSql: 'CAST(? AS UNSIGNED)' };
    case 'set':
      // MySQL compares a SET with a number as floating point, exact up to 2^53.
      if (column.labels.length > 53)
        throw unsupported(table, column.name, 'it is a SET of more than 53 labels');
      return { readSql: `${sql} + 0`, constantSql: 'CAST(? AS UNSIGNED)' };
    default:
      throw unsupported(table, column.name, `its type is ${column.dataType}`);
  }
}

/** The bytes of the text in the column's own character set, compared under its own collation: no conversion can reorder them. */
function textNotation(column: SourceColumn, sql: string): { readSql: string; constantSql: string } {
  const characterSet = catalogueWord(column.characterSet);
  const collation = catalogueWord(column.collation);
  return {
    readSql: `HEX(${sql})`,
    constantSql: `CONVERT(UNHEX(?) USING ${characterSet}) COLLATE ${collation}`,
  };
}

/** Names of character sets and collations stand in SQL unquoted. */
function catalogueWord(word: string | null): string {
  if (word === null || !/^[0-9A-Za-z_]+$/u.test(word)) {
    throw new Error(`not a name of a character set or collation: ${word ?? 'none'}`);
  }
  return word;
}

/** Beyond this many labels a list costs more than it saves, and the comparison is made without the index. */
const listedLabelsMax = 256;

/**
 * An ENUM is kept and indexed by its labels' numbers, 0 being the error value, but only equality with a number uses the
 * index. A comparison is therefore written as the list of the numbers that satisfy it.
 */
function compareEnum(sql: string, labels: number, operator: KeyOperator, bound: string): SqlPart {
  if (operator === '=') return { sql: `${sql} = CAST(? AS UNSIGNED)`, values: [bound] };
  if (labels > listedLabelsMax) return { sql: `${sql} + 0 ${operator} CAST(? AS UNSIGNED)`, values: [bound] };
  const limit = Number(bound);
  const numbers = Array.from({ length: labels + 1 }, (_none, number) => number).filter((number) => {
    if (operator === '>') return number > limit;
    return operator === '<' ? number < limit : number <= limit;
  });
  if (numbers.length === 0) return { sql: 'FALSE', values: [] };
  return { sql: `${sql} IN (${numbers.join(', ')})`, values: [] };
}

function unsupported(table: TablePlan, column: string, reason: string): CausewayError {
  return new CausewayError(
    'CHUNK_KEY_UNSUPPORTED',
    `the key column ${table.id}.${column} cannot bound a range: ${reason}`,
    {
      facts: { table: table.id, column },
    },
  );
}

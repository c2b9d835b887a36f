import type { ColumnPlan } from '../migration-plan.ts';
import type { SourceColumn, SourceTable } from '../source-table.ts';
import { mapMysqlColumn } from '../types/map-mysql-column.ts';

/** A column of a made-up catalogue, for tests: an INT unless something else is said. */
export function sourceColumn(given: Partial<SourceColumn> & { readonly name: string }): SourceColumn {
  return {
    dataType: 'int',
    columnType: given.dataType ?? 'int',
    isUnsigned: false,
    isNullable: false,
    defaultText: null,
    isDefaultExpression: false,
    isAutoIncrement: false,
    generated: null,
    isInvisible: false,
    length: null,
    numericPrecision: null,
    numericScale: null,
    fractionDigits: null,
    characterSet: null,
    collation: null,
    labels: [],
    comment: '',
    ...given,
  };
}

/** A VARCHAR of the server's usual character set. */
export function textColumn(given: Partial<SourceColumn> & { readonly name: string }): SourceColumn {
  return sourceColumn({
    dataType: 'varchar',
    columnType: `varchar(${given.length ?? 40})`,
    length: 40,
    characterSet: 'utf8mb4',
    collation: 'utf8mb4_0900_ai_ci',
    ...given,
  });
}

/** A table of a made-up catalogue, for tests: database `shop`, primary key `id`. */
export function sourceTable(
  given: Partial<SourceTable> & { readonly name: string; readonly columns: readonly SourceColumn[] },
): SourceTable {
  return {
    database: 'shop',
    storageEngine: 'InnoDB',
    comment: '',
    primaryKey: ['id'],
    indexes: [],
    foreignKeys: [],
    checks: [],
    triggers: [],
    isPartitioned: false,
    rowsEstimate: 0,
    bytesEstimate: 0,
    ...given,
  };
}

/** The plan of one column that can be carried. */
export function columnPlan(source: SourceColumn): ColumnPlan {
  const mapping = mapMysqlColumn(source);
  if ('refused' in mapping) throw new Error(mapping.refused);
  return {
    source: { name: source.name, columnType: source.columnType },
    target: { name: source.name, type: mapping.targetType, isNullable: source.isNullable },
    value: mapping.value,
  };
}

import type { SourceColumn } from '../../schemas/source-table.ts';
import { parseLabels } from './enum-labels.ts';
import type { TextRow } from './row-stream.ts';
import type { MysqlSession } from './session.ts';
import { numberOrNullAt, textAt, textOrNullAt } from './text-row.ts';

/** The columns of a database's tables (or of one of them) by table name, in the table's order. */
export async function readColumns(
  session: MysqlSession,
  database: string,
  table: string | null,
): Promise<Map<string, SourceColumn[]>> {
  const rows = await session.query(
    `SELECT table_name, column_name, data_type, column_type, is_nullable, column_default, extra,
            generation_expression, character_maximum_length, numeric_precision, numeric_scale,
            datetime_precision, character_set_name, collation_name, column_comment
       FROM information_schema.columns
      WHERE table_schema = ?${table === null ? '' : ' AND table_name = ?'}
      ORDER BY table_name, ordinal_position`,
    table === null ? [database] : [database, table],
    `reading the columns of ${database}`,
  );
  const columns = new Map<string, SourceColumn[]>();
  for (const row of rows) {
    const name = textAt(row, 0);
    columns.set(name, [...(columns.get(name) ?? []), columnOf(row)]);
  }
  return columns;
}

function columnOf(row: TextRow): SourceColumn {
  const dataType = textAt(row, 2).toLowerCase();
  const columnType = textAt(row, 3);
  const extra = (textOrNullAt(row, 6) ?? '').toUpperCase();
  const isBit = dataType === 'bit';
  const isLabelled = dataType === 'enum' || dataType === 'set';
  return {
    name: textAt(row, 1),
    dataType,
    columnType,
    isUnsigned: !isLabelled && /\bunsigned\b/u.test(columnType),
    isNullable: textAt(row, 4) === 'YES',
    defaultText: textOrNullAt(row, 5),
    isDefaultExpression: extra.includes('DEFAULT_GENERATED'),
    isAutoIncrement: extra.includes('AUTO_INCREMENT'),
    hasOnUpdateNow: extra.includes('ON UPDATE CURRENT_TIMESTAMP'),
    generated: generatedKind(extra, textOrNullAt(row, 7) ?? ''),
    isInvisible: /\bINVISIBLE\b/u.test(extra),
    // For BIT the catalogue counts the bits as its precision.
    length: numberOrNullAt(row, isBit ? 9 : 8),
    numericPrecision: isBit ? null : numberOrNullAt(row, 9),
    numericScale: isBit ? null : numberOrNullAt(row, 10),
    fractionDigits: numberOrNullAt(row, 11),
    characterSet: textOrNullAt(row, 12),
    collation: textOrNullAt(row, 13),
    labels: isLabelled ? parseLabels(columnType) : [],
    comment: textOrNullAt(row, 14) ?? '',
  };
}

function generatedKind(extra: string, expression: string): SourceColumn['generated'] {
  if (expression === '') return null;
  return extra.includes('STORED GENERATED') ? 'stored' : 'virtual';
}

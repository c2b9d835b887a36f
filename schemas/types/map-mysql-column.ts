import type { SourceColumn } from '../source-table.ts';
import { findMysqlRule, refusedMysqlTypes, type TypeMapping } from './mysql-types.ts';

/** What a MySQL column becomes on PostgreSQL, from its definition alone; whatever cannot be carried exactly is refused by name. */
export function mapMysqlColumn(column: SourceColumn): TypeMapping {
  if (column.generated !== null) return { refused: `${column.generated} generated columns are not carried` };
  const rule = findMysqlRule(column);
  if (rule !== undefined) return rule.map(column);
  const refused = refusedMysqlTypes.find(({ dataTypes }) => dataTypes.includes(column.dataType));
  return { refused: refused === undefined ? `type ${column.columnType} is not known` : refused.reason };
}

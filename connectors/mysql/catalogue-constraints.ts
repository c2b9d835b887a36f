import type {
  ReferentialAction,
  SourceCheck,
  SourceForeignKey,
  SourceIndex,
  SourceIndexPart,
} from '../../schemas/source-table.ts';
import { groupBy } from './group-by.ts';
import type { TextRow } from './row-stream.ts';
import type { MysqlSession } from './session.ts';
import { numberOrNullAt, textAt, textOrNullAt } from './text-row.ts';

/** The indexes of a database's tables (or of one of them) by table name; the primary key first. */
export async function readIndexes(
  session: MysqlSession,
  database: string,
  table: string | null,
): Promise<Map<string, SourceIndex[]>> {
  const rows = await session.query(
    `SELECT table_name, index_name, non_unique, column_name, expression, sub_part, collation, index_type, is_visible
       FROM information_schema.statistics
      WHERE table_schema = ?${table === null ? '' : ' AND table_name = ?'}
      ORDER BY table_name, index_name <> 'PRIMARY', index_name, seq_in_index`,
    table === null ? [database] : [database, table],
    `reading the indexes of ${database}`,
  );
  return mapGroups(rows, (parts) => {
    const first = parts[0];
    return {
      name: textAt(first, 1),
      isUnique: textAt(first, 2) === '0',
      method: textAt(first, 7).toLowerCase(),
      isVisible: textAt(first, 8) === 'YES',
      parts: parts.map((row): SourceIndexPart => ({
        column: textOrNullAt(row, 3),
        expression: textOrNullAt(row, 4),
        prefixLength: numberOrNullAt(row, 5),
        isDescending: textOrNullAt(row, 6) === 'D',
      })),
    };
  });
}

export async function readForeignKeys(
  session: MysqlSession,
  database: string,
): Promise<Map<string, SourceForeignKey[]>> {
  const rows = await session.query(
    `SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, k.referenced_table_name,
            k.referenced_column_name, r.update_rule, r.delete_rule
       FROM information_schema.key_column_usage k
       JOIN information_schema.referential_constraints r
         ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
        AND r.table_name = k.table_name
      WHERE k.table_schema = ? AND k.referenced_table_name IS NOT NULL
      ORDER BY k.table_name, k.constraint_name, k.ordinal_position`,
    [database],
    `reading the foreign keys of ${database}`,
  );
  return mapGroups(rows, (parts) => {
    const first = parts[0];
    return {
      name: textAt(first, 1),
      columns: parts.map((row) => textAt(row, 2)),
      referencedDatabase: textAt(first, 3),
      referencedTable: textAt(first, 4),
      referencedColumns: parts.map((row) => textAt(row, 5)),
      onUpdate: actionOf(textAt(first, 6)),
      onDelete: actionOf(textAt(first, 7)),
    };
  });
}

export async function readChecks(
  session: MysqlSession,
  database: string,
): Promise<Map<string, SourceCheck[]>> {
  const rows = await session.query(
    `SELECT t.table_name, t.constraint_name, c.check_clause, t.enforced
       FROM information_schema.table_constraints t
       JOIN information_schema.check_constraints c
         ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
      WHERE t.table_schema = ? AND t.constraint_type = 'CHECK'
      ORDER BY t.table_name, t.constraint_name`,
    [database],
    `reading the check constraints of ${database}`,
  );
  return mapGroups(rows, ([row]) => ({
    name: textAt(row, 1),
    expression: textAt(row, 2),
    isEnforced: textAt(row, 3) === 'YES',
  }));
}

export async function readTriggers(session: MysqlSession, database: string): Promise<Map<string, string[]>> {
  const rows = await session.query(
    `SELECT event_object_table, trigger_name FROM information_schema.triggers
      WHERE event_object_schema = ? ORDER BY event_object_table, trigger_name`,
    [database],
    `reading the triggers of ${database}`,
  );
  return mapGroups(rows, ([row]) => textAt(row, 1));
}

type Rows = readonly TextRow[];

/** Rows begin with table and object name; rows of one object stand together and make one entry of its table. */
function mapGroups<T>(rows: Rows, make: (parts: Rows) => T): Map<string, T[]> {
  const byTable = new Map<string, T[]>();
  for (const [table, ofTable] of groupBy(rows, (row) => textAt(row, 0))) {
    const objects = groupBy(ofTable, (row) => textAt(row, 1));
    byTable.set(table, [...objects.values()].map(make));
  }
  return byTable;
}

function actionOf(rule: string): ReferentialAction {
  switch (rule) {
    case 'CASCADE':
      return 'cascade';
    case 'SET NULL':
      return 'set null';
    case 'SET DEFAULT':
      return 'set default';
    case 'RESTRICT':
      return 'restrict';
    case 'NO ACTION':
      return 'no action';
    default:
      throw new Error(`the catalogue gave an unknown referential action: ${rule}`);
  }
}

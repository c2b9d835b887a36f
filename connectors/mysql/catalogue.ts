import { helperDatabase } from '../../schemas/marker-table.ts';
import type { SourceTable } from '../../schemas/source-table.ts';
import { chooseTables } from '../../schemas/table-patterns.ts';
import { readColumns } from './catalogue-columns.ts';
import { readChecks, readForeignKeys, readIndexes, readTriggers } from './catalogue-constraints.ts';
import { groupBy } from './group-by.ts';
import { withExactLabels } from './enum-labels.ts';
import type { MysqlSession } from './session.ts';
import { numberOrNullAt, textAt, textOrNullAt } from './text-row.ts';

const systemDatabases = ['mysql', 'information_schema', 'performance_schema', 'sys', helperDatabase];

/** Reads the tables that the patterns choose, with all that a plan needs to know. Views and system databases are left out. */
export async function readCatalogue(
  session: MysqlSession,
  patterns: readonly string[],
): Promise<SourceTable[]> {
  const chosen = chooseTables(await readTables(session), patterns);
  const tables: SourceTable[] = [];
  for (const [database, ofDatabase] of groupBy(chosen, (table) => table.database)) {
    tables.push(...(await describeDatabase(session, database, ofDatabase)));
  }
  return tables;
}

type TableFacts = Omit<
  SourceTable,
  'columns' | 'primaryKey' | 'indexes' | 'foreignKeys' | 'checks' | 'triggers'
>;

async function readTables(session: MysqlSession): Promise<TableFacts[]> {
  const rows = await session.query(
    `SELECT table_schema, table_name, engine, table_comment, create_options, table_rows, data_length
       FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND LOWER(table_schema) NOT IN (${systemDatabases.map(() => '?').join(', ')})
      ORDER BY table_schema, table_name`,
    systemDatabases,
    'reading the list of tables',
  );
  return rows.map((row) => ({
    database: textAt(row, 0),
    name: textAt(row, 1),
    storageEngine: textOrNullAt(row, 2) ?? '',
    comment: textOrNullAt(row, 3) ?? '',
    isPartitioned: /\bpartitioned\b/u.test(textOrNullAt(row, 4) ?? ''),
    rowsEstimate: numberOrNullAt(row, 5) ?? 0,
    bytesEstimate: numberOrNullAt(row, 6) ?? 0,
  }));
}

async function describeDatabase(
  session: MysqlSession,
  database: string,
  tables: readonly TableFacts[],
): Promise<SourceTable[]> {
  const columns = await readColumns(session, database, null);
  const indexes = await readIndexes(session, database, null);
  const foreignKeys = await readForeignKeys(session, database);
  const checks = await readChecks(session, database);
  const triggers = await readTriggers(session, database);
  const described: SourceTable[] = [];
  for (const table of tables) {
    const ofTable = indexes.get(table.name) ?? [];
    described.push({
      ...table,
      columns: await withExactLabels(session, table, columns.get(table.name) ?? []),
      primaryKey: primaryKeyOf(ofTable),
      indexes: ofTable,
      foreignKeys: foreignKeys.get(table.name) ?? [],
      checks: checks.get(table.name) ?? [],
      triggers: triggers.get(table.name) ?? [],
    });
  }
  return described;
}

/** Columns and primary key of one table as they are now: what its fingerprint is made of. */
export async function readTableShape(
  session: MysqlSession,
  table: { readonly database: string; readonly name: string },
): Promise<Pick<SourceTable, 'columns' | 'primaryKey'>> {
  const columns = (await readColumns(session, table.database, table.name)).get(table.name) ?? [];
  const indexes = (await readIndexes(session, table.database, table.name)).get(table.name) ?? [];
  return { columns: await withExactLabels(session, table, columns), primaryKey: primaryKeyOf(indexes) };
}

function primaryKeyOf(indexes: SourceTable['indexes']): string[] | null {
  const primary = indexes.find((index) => index.name === 'PRIMARY');
  return primary?.parts.map((part) => part.column ?? '') ?? null;
}

import type { PlanNote, TablePlan } from '../migration-plan.ts';
import type { SourceColumn } from '../source-table.ts';
import { foreignKeyFault, indexFault, isLooseCollation } from './carried-objects.ts';
import { places, secondaryIndexes } from './choose-key.ts';
import type { TargetPlanSql } from './target-plan-sql.ts';

/** What of the table the plan changes or leaves behind, named one by one. */
export function notesOfTable(
  table: TablePlan,
  tables: readonly TablePlan[],
  targetSql: TargetPlanSql,
): PlanNote[] {
  return [
    ...tableNotes(table),
    ...columnNotes(table, targetSql),
    ...collationNotes(table),
    ...indexNotes(table, targetSql),
    ...foreignKeyNotes(table, tables),
  ];
}

function tableNotes({ id, catalogue }: TablePlan): PlanNote[] {
  const notes: PlanNote[] = [];
  if (catalogue.isPartitioned) {
    const what =
      'partitioned on the source; the target is one table. Dropping, truncating or exchanging a partition changes rows without an event: do not do it while the migration runs';
    notes.push({ severity: 'warning', where: id, what });
  }
  if (catalogue.storageEngine.toLowerCase() !== 'innodb') {
    notes.push({
      severity: 'warning',
      where: id,
      what: `storage engine ${catalogue.storageEngine}: its changes are not transactional`,
    });
  }
  for (const trigger of catalogue.triggers) {
    notes.push({ severity: 'warning', where: id, what: `trigger ${trigger} is not carried` });
  }
  for (const { name, expression } of catalogue.checks) {
    notes.push({ severity: 'warning', where: id, what: `check ${name} is not carried: ${expression}` });
  }
  return notes;
}

function columnNotes(table: TablePlan, targetSql: TargetPlanSql): PlanNote[] {
  const notes: PlanNote[] = [];
  for (const [place, source] of table.catalogue.columns.entries()) {
    const column = table.columns[place];
    if (column === undefined) continue;
    const where = `${table.id}.${source.name}`;
    const { note } = targetSql.columnDefault(source, column);
    if (note !== null) notes.push({ severity: 'warning', where, what: note });
    if (source.isInvisible) {
      notes.push({
        severity: 'info',
        where,
        what: 'invisible on the source, an ordinary column on the target',
      });
    }
    if (source.hasOnUpdateNow === true) {
      notes.push({ severity: 'warning', where, what: 'ON UPDATE CURRENT_TIMESTAMP is not carried' });
    }
    if (column.value.kind === 'json') {
      const what =
        'dates, times and binary values that SQL functions put into documents arrive from the log in another form than MySQL prints; plain JSON text is carried exactly';
      notes.push({ severity: 'info', where, what });
    }
  }
  const unsigned = names(table, ({ isUnsigned }) => isUnsigned);
  if (unsigned !== '') {
    notes.push({
      severity: 'info',
      where: table.id,
      what: `unsigned: the target does not refuse negative values in ${unsigned}`,
    });
  }
  const dated = names(table, ({ dataType }) => datedTypes.has(dataType));
  if (dated !== '') {
    const what = `a zero date that is written while the stream runs arrives as NULL, or as the default or 1970-01-01 where the column is NOT NULL: keep NO_ZERO_DATE and NO_ZERO_IN_DATE in sql_mode (${dated})`;
    notes.push({ severity: 'warning', where: table.id, what });
  }
  return notes;
}

const datedTypes = new Set(['date', 'datetime', 'timestamp']);

function collationNotes(table: TablePlan): PlanNote[] {
  const notes: PlanNote[] = [];
  const loose = names(table, isLooseText);
  if (loose !== '') {
    const what = `texts that MySQL's collation takes for equal (case, accents, trailing spaces) differ on the target, and sort by its own rules: ${loose}`;
    notes.push({ severity: 'info', where: table.id, what });
  }
  for (const key of [table.key, ...table.uniqueKeys]) {
    for (const place of key) {
      const source = table.catalogue.columns[place];
      if (source === undefined || !isLooseText(source)) continue;
      const what = `unique under ${source.collation} on the source; on the target texts that differ only in what that collation ignores can stand side by side`;
      notes.push({ severity: 'warning', where: `${table.id}.${source.name}`, what });
    }
  }
  return notes;
}

function isLooseText({ dataType, collation }: SourceColumn): boolean {
  return (dataType.endsWith('char') || dataType.endsWith('text')) && isLooseCollation(collation);
}

function indexNotes(table: TablePlan, targetSql: TargetPlanSql): PlanNote[] {
  const notes: PlanNote[] = [];
  for (const index of secondaryIndexes(table.catalogue)) {
    const fault = indexFault(index);
    if (fault !== null) {
      notes.push({ severity: 'warning', where: table.id, what: `index ${index.name}: ${fault}` });
      continue;
    }
    if (!index.isVisible) {
      notes.push({
        severity: 'info',
        where: table.id,
        what: `index ${index.name} is invisible on the source and visible on the target`,
      });
    }
    const columns = places(
      index.parts.map(({ column }) => column ?? ''),
      table.columns,
    );
    notes.push(...sizeNotes(table, `index ${index.name}`, columns, targetSql));
  }
  notes.push(...sizeNotes(table, 'the primary key', table.key, targetSql));
  return notes;
}

const bytesPerCharacterMax = 4;

function sizeNotes(
  table: TablePlan,
  what: string,
  columns: readonly number[],
  { indexEntryBytesMax }: TargetPlanSql,
): PlanNote[] {
  let bytes = 0;
  for (const place of columns) {
    const value = table.columns[place]?.value;
    if (value?.kind === 'text') bytes += (value.charsMax ?? indexEntryBytesMax + 1) * bytesPerCharacterMax;
    if (value?.kind === 'bytes') bytes += value.bytesMax ?? indexEntryBytesMax + 1;
  }
  if (bytes <= indexEntryBytesMax) return [];
  const text = `${what}: an entry of more than ${indexEntryBytesMax} bytes cannot be indexed by the target; the longest possible one has ${bytes}`;
  return [{ severity: 'warning', where: table.id, what: text }];
}

function foreignKeyNotes(table: TablePlan, tables: readonly TablePlan[]): PlanNote[] {
  return table.catalogue.foreignKeys.flatMap((foreignKey): PlanNote[] => {
    const fault = foreignKeyFault(table, foreignKey, tables);
    if (fault === null) return [];
    return [
      {
        severity: 'warning',
        where: table.id,
        what: `foreign key ${foreignKey.name} is not carried: ${fault}`,
      },
    ];
  });
}

function names({ catalogue }: TablePlan, matches: (column: SourceColumn) => boolean): string {
  return catalogue.columns
    .filter(matches)
    .map(({ name }) => name)
    .join(', ');
}

import type { SourceForeignKey, SourceTable } from '../../schemas/source-table.ts';
import type { Check } from '../engine.ts';
import { failed, passed } from './check.ts';
import { checkDates } from './preflight-dates.ts';
import { isOn, type ServerSettings } from './preflight-settings.ts';
import { isAtLeast, type ServerVersion } from './server-version.ts';

/** What the captured tables themselves rule out. */
export function checkTables(
  version: ServerVersion,
  settings: ServerSettings,
  tables: readonly SourceTable[],
): Check[] {
  return [
    ...checkStorageEngines(tables),
    ...checkDates(settings, tables),
    ...checkCascades(version, settings, tables),
  ];
}

function checkStorageEngines(tables: readonly SourceTable[]): Check[] {
  const others = tables.filter((table) => table.storageEngine.toLowerCase() !== 'innodb');
  if (others.length === 0)
    return [passed('storage engine', 'tables', `InnoDB in all ${tables.length} tables`)];
  return others.map((table) =>
    failed(
      'SOURCE_STORAGE_ENGINE',
      'storage engine',
      nameOf(table),
      `is kept by ${table.storageEngine || 'an unknown engine'}, whose reads and log have no transactions`,
    ),
  );
}

/** Servers before 9.6, and later ones that leave foreign keys to InnoDB, change the child rows without logging them. */
function checkCascades(
  version: ServerVersion,
  settings: ServerSettings,
  tables: readonly SourceTable[],
): Check[] {
  const isLogged = isAtLeast(version, 9, 6) && !isOn(settings.get('innodb_native_foreign_keys') ?? 'OFF');
  if (isLogged) return [passed('cascades', 'server', 'rows changed by foreign keys are logged')];
  const silent = tables.flatMap((table) =>
    table.foreignKeys
      .filter((key) => changesRows(key))
      .map((key) =>
        failed(
          'SOURCE_SILENT_CASCADES',
          'cascades',
          nameOf(table),
          `the foreign key ${key.name} changes rows of this table (ON DELETE ${key.onDelete}, ON UPDATE ${key.onUpdate}), and this server does not log them`,
        ),
      ),
  );
  if (silent.length > 0) return silent;
  return [passed('cascades', 'tables', 'no foreign key of the tables changes rows by itself')];
}

function changesRows(key: SourceForeignKey): boolean {
  return [key.onDelete, key.onUpdate].some(
    (action) => action === 'cascade' || action === 'set null' || action === 'set default',
  );
}

function nameOf(table: SourceTable): string {
  return `${table.database}.${table.name}`;
}

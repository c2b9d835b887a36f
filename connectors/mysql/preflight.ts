import type { SourceTable } from '../../schemas/source-table.ts';
import type { Check } from '../engine.ts';
import { checkPrivileges } from './preflight-privileges.ts';
import { checkServerSettings, readServerSettings } from './preflight-settings.ts';
import { checkTables } from './preflight-tables.ts';
import type { MysqlSession } from './session.ts';

/** All that can stop or spoil a migration on the source, found at once: what can be tried is tried, the rest is read. */
export async function preflight(session: MysqlSession, tables: readonly SourceTable[]): Promise<Check[]> {
  const settings = await readServerSettings(session);
  return [
    ...checkServerSettings(session.version, settings),
    ...checkTables(session.version, settings, tables),
    ...(await checkPrivileges(session, tables)),
  ];
}

import { asCausewayError, type CausewayError } from '../../schemas/errors/causeway-error.ts';
import { helperDatabase, markerTable } from '../../schemas/marker-table.ts';
import type { SourceTable } from '../../schemas/source-table.ts';
import type { Check } from '../engine.ts';
import { failed, passed, warned } from './check.ts';
import { ensureMarkerRow, ensureMarkerTable } from './marker.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import { isAtLeast } from './server-version.ts';
import type { MysqlSession } from './session.ts';

/** Tries each thing that Causeway and the connector will do with the account. */
export async function checkPrivileges(
  session: MysqlSession,
  tables: readonly SourceTable[],
): Promise<Check[]> {
  return [
    await checkLogStatus(session),
    await checkLogEvents(session),
    ...(await checkSelect(session, tables)),
    await checkMarker(session),
    await checkPreparedTransactions(session),
  ];
}

function checkLogStatus(session: MysqlSession): Promise<Check> {
  const statement = isAtLeast(session.version, 8, 2) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS';
  return tryOut(
    'REPLICATION CLIENT',
    'server',
    () => session.query(statement, [], 'reading the position of the binary log'),
    'GRANT REPLICATION CLIENT ON *.* to the account.',
  );
}

function checkLogEvents(session: MysqlSession): Promise<Check> {
  return tryOut(
    'REPLICATION SLAVE',
    'server',
    () => session.query('SHOW BINLOG EVENTS LIMIT 1', [], 'reading an event of the binary log'),
    'GRANT REPLICATION SLAVE ON *.* to the account.',
  );
}

async function checkSelect(session: MysqlSession, tables: readonly SourceTable[]): Promise<Check[]> {
  const refused: Check[] = [];
  for (const table of tables) {
    const name = `${table.database}.${table.name}`;
    const columns = table.columns.map((column) => quoteIdentifier(column.name)).join(', ');
    const check = await tryOut(
      'SELECT',
      name,
      () =>
        session.query(
          `SELECT ${columns} FROM ${qualifiedName(table.database, table.name)} LIMIT 0`,
          [],
          `reading ${name}`,
        ),
      `GRANT SELECT ON ${qualifiedName(table.database, table.name)} to the account.`,
    );
    if (check.severity !== 'ok') refused.push(check);
  }
  if (refused.length > 0) return refused;
  return [passed('SELECT', 'tables', `all ${tables.length} tables can be read`)];
}

/** Makes the helper table and writes a row that is rolled back. */
function checkMarker(session: MysqlSession): Promise<Check> {
  return tryOut(
    'markers',
    `${helperDatabase}.${markerTable}`,
    async () => {
      await ensureMarkerTable(session);
      await session.query('START TRANSACTION', [], 'beginning a trial write');
      try {
        await ensureMarkerRow(session, 'causeway preflight');
      } finally {
        await session.query('ROLLBACK', [], 'undoing the trial write');
      }
    },
    `GRANT ALL ON ${quoteIdentifier(helperDatabase)}.* to the account: Causeway keeps its markers there.`,
  );
}

/** MySQL's number for an XA statement that the account may not run, or that failed. */
const xaManagerError = 1401;

async function checkPreparedTransactions(session: MysqlSession): Promise<Check> {
  const name = 'prepared transactions';
  try {
    const prepared = await session.query('XA RECOVER', [], 'looking for prepared transactions');
    if (prepared.length === 0) return passed(name, 'server', 'there is none');
    return failed('SOURCE_XA_PREPARED', name, 'server', `${prepared.length} transactions are prepared`);
  } catch (error) {
    const cause = asCausewayError(error);
    if (cause.code !== 'SOURCE_ACCESS_DENIED' && cause.facts['errno'] !== xaManagerError) throw cause;
    return warned(
      name,
      'server',
      'the account may not list prepared XA transactions, so they could not be looked for',
      'GRANT XA_RECOVER_ADMIN ON *.* to the account, or make sure that nothing uses XA on the captured tables.',
    );
  }
}

/** A lost connection ends the preflight; whatever the server refuses is one finding among the others. */
async function tryOut(
  name: string,
  where: string,
  action: () => Promise<unknown>,
  remedy: string,
): Promise<Check> {
  try {
    await action();
    return passed(name, where, 'tried, works');
  } catch (error) {
    const cause = asCausewayError(error);
    if (cause.isRetryable || cause.code === 'INTERNAL') throw cause;
    return failed(cause.code, name, where, cause.message, remedyFor(cause, remedy));
  }
}

function remedyFor(cause: CausewayError, grant: string): string {
  return cause.code === 'SOURCE_ACCESS_DENIED' ? grant : cause.remedy;
}

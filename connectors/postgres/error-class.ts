import { DatabaseError } from 'pg';
import { CausewayError, type ErrorFacts } from '../../schemas/errors/causeway-error.ts';
import type { ErrorCode } from '../../schemas/errors/catalogue.ts';

/**
 * - retry: the same thing may work in a moment
 * - drift: the target is no longer as the plan made it
 * - data: a row does not fit; the same row will not fit next time
 * - fenced: another applier owns the log
 * - halt: no rule; a person must look
 */
export type PostgresErrorClass = 'retry' | 'drift' | 'data' | 'fenced' | 'halt';

/** SQLSTATEs that stand apart from the rest of their class. */
const classByState = new Map<string, PostgresErrorClass>([
  ['57P04', 'halt'], // the database was dropped
  ['57014', 'retry'], // query canceled: statement time-out or an operator
  ['25006', 'retry'], // read-only transaction: a failover is going on
  ['25P03', 'retry'], // idle in transaction for too long
  ['40002', 'data'], // a deferred constraint
  ['55P03', 'retry'], // lock not available
  ['55006', 'retry'], // object in use
  ['72000', 'retry'], // snapshot too old
  ['42703', 'drift'], // no such column
  ['42P01', 'drift'], // no such table
  ['42704', 'drift'], // no such type
  ['42804', 'drift'], // column has another type
  ['42883', 'drift'], // no such operator or cast for the column's type
  ['42P10', 'drift'], // no unique constraint for ON CONFLICT: the primary key is gone
  ['428C9', 'drift'], // the column became generated
  ['3F000', 'drift'], // no such schema
  ['44000', 'data'], // check option of a view
]);

const classByPrefix = new Map<string, PostgresErrorClass>([
  ['08', 'retry'], // connection
  ['40', 'retry'], // rollback: deadlock, serialization, outcome unknown
  ['53', 'retry'], // out of disk, memory, connections
  ['57', 'retry'], // shutdown, crash recovery, starting up
  ['22', 'data'], // value does not fit the type
  ['23', 'data'], // constraint
]);

const accessStates = new Set(['28000', '28P01', '3D000']);
const tlsCodePattern =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$)/u;

/** What a failure means, by code and SQLSTATE, never by text. */
export function classifyPostgresError(error: unknown): PostgresErrorClass {
  if (error instanceof CausewayError) {
    if (error.code === 'APPLY_FENCED') return 'fenced';
    return error.isRetryable ? 'retry' : 'halt';
  }
  const state = sqlStateOf(error);
  if (state === null) return isConnectionFailure(error) ? 'retry' : 'halt';
  return classByState.get(state) ?? classByPrefix.get(state.slice(0, 2)) ?? 'halt';
}

/**
 * Wraps what the driver threw; `doing` says in words what was tried. PostgreSQL's own words are kept only where they
 * speak of objects: for refused rows they hold the row's values.
 */
export function asTargetError(error: unknown, doing: string): CausewayError {
  if (error instanceof CausewayError) return error;
  const state = sqlStateOf(error);
  if (!(error instanceof DatabaseError) || state === null) {
    if (!isConnectionFailure(error))
      return new CausewayError('INTERNAL', `${doing} failed`, { cause: error });
    const reason = nodeCodeOf(error) ?? 'the connection ended';
    return new CausewayError('TARGET_CONNECTION_LOST', `${doing} failed: ${reason}`, {
      facts: { reason },
      cause: error,
    });
  }
  const code = codeOf(error, state);
  const facts = factsOf(error, state);
  if (code === 'TARGET_ROW_REFUSED') {
    const where = [error.constraint, error.column, error.dataType].filter((part) => part !== undefined);
    return new CausewayError(code, `${doing} failed: ${[`SQLSTATE ${state}`, ...where].join(', ')}`, {
      facts,
    });
  }
  return new CausewayError(code, `${doing} failed: ${error.message} (SQLSTATE ${state})`, { facts });
}

/** As asTargetError, for the making of a connection. Neither URL nor password is in it. */
export function asConnectError(error: unknown, host: string, port: number): CausewayError {
  if (error instanceof CausewayError) return error;
  const state = sqlStateOf(error);
  const reason = state ?? nodeCodeOf(error) ?? 'the connection ended';
  const facts = { host, port, reason };
  const text = `no connection to PostgreSQL at ${host}:${port}`;
  if (state !== null) {
    const words = error instanceof Error ? `: ${error.message}` : '';
    const isAccess = accessStates.has(state) || classByState.get(state) === 'halt' || state === '42501';
    const code = isAccess ? 'TARGET_ACCESS_DENIED' : 'TARGET_UNREACHABLE';
    return new CausewayError(code, `${text}${words} (SQLSTATE ${state})`, { facts });
  }
  const isTls = tlsCodePattern.test(reason) || (error instanceof Error && error.message === noTlsMessage);
  return new CausewayError(isTls ? 'TARGET_TLS_FAILED' : 'TARGET_UNREACHABLE', `${text}: ${reason}`, {
    facts,
    cause: error,
  });
}

/** The driver gives this refusal no code. */
const noTlsMessage = 'The server does not support SSL connections';

function codeOf(error: DatabaseError, state: string): ErrorCode {
  if (state === '25006') return 'TARGET_READ_ONLY';
  if (state === '42501') return 'TARGET_PRIVILEGE';
  if (/^(?:08|57P0[1235]|25P03)/u.test(state)) return 'TARGET_CONNECTION_LOST';
  return codeByClass[classifyPostgresError(error)];
}

const codeByClass: Readonly<Record<PostgresErrorClass, ErrorCode>> = {
  retry: 'TARGET_BUSY',
  drift: 'TARGET_DRIFT',
  data: 'TARGET_ROW_REFUSED',
  fenced: 'APPLY_FENCED',
  halt: 'TARGET_STATEMENT_FAILED',
};

function factsOf(error: DatabaseError, sqlState: string): ErrorFacts {
  return {
    sqlState,
    ...(error.schema === undefined ? {} : { schema: error.schema }),
    ...(error.table === undefined ? {} : { table: error.table }),
    ...(error.column === undefined ? {} : { column: error.column }),
    ...(error.constraint === undefined ? {} : { constraint: error.constraint }),
    ...(error.dataType === undefined ? {} : { dataType: error.dataType }),
  };
}

export function sqlStateOf(error: unknown): string | null {
  return error instanceof DatabaseError && error.code !== undefined ? error.code : null;
}

function nodeCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * The driver rejects with DatabaseError for what the server said, and with plain Errors for a broken or closed
 * connection. A TypeError or RangeError is a fault of the program.
 */
function isConnectionFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof DatabaseError) &&
    !(error instanceof TypeError) &&
    !(error instanceof RangeError)
  );
}

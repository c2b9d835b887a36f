import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { ErrorCode } from '../../schemas/errors/catalogue.ts';

type SourceErrorCode = Extract<ErrorCode, `SOURCE_${string}`>;

/** MySQL's error numbers by what they mean for Causeway. A number that is not here has no rule and halts. */
const codeByErrno = new Map<number, SourceErrorCode>([
  ...withCode('SOURCE_ACCESS_DENIED', [
    1044, // no access to the database
    1045, // wrong user or password
    1142, // table privilege
    1143, // column privilege
    1227, // global privilege
    1370, // routine privilege
    1698, // authentication by socket only
    1820, // password must be changed first
    1862, // password expired
    3118, // account locked
    3162, // unknown authorization
    3530, // role not granted
  ]),
  ...withCode('SOURCE_TLS_FAILED', [
    3159, // require_secure_transport
  ]),
  ...withCode('SOURCE_BUSY', [
    1040, // too many connections
    1129, // host blocked after too many errors
    1203, // user has too many connections
    1205, // lock wait time-out
    1213, // deadlock
    1226, // resource limit of the account
    1317, // KILL QUERY
    1412, // the table's definition changed while the statement began
    1614, // branch rolled back by deadlock
    3024, // max_execution_time
    3058, // deadlock of named locks
    3572, // NOWAIT lock not available
  ]),
  ...withCode('SOURCE_UNREACHABLE', [
    1053, // shutdown in progress
    1077, // normal shutdown
    1079, // shutdown complete
    1152, // connection aborted
    1158, // error reading packets
    1159, // time-out reading packets
    1160, // error writing packets
    1161, // time-out writing packets
    1184, // connection aborted
    1927, // connection killed
    3032, // the server is in offline mode
    3169, // session killed
    4031, // idle connection ended by the server
  ]),
  ...withCode('SOURCE_READ_ONLY', [
    1290, // read_only or super_read_only
    1792, // read-only transaction
    1836, // running in read-only mode
    3989, // offline for writes
  ]),
  ...withCode('SOURCE_OBJECT_MISSING', [
    1049, // unknown database
    1051, // unknown table
    1054, // unknown column
    1146, // no such table
    1176, // no such index
  ]),
]);

/** Codes of Node and of the driver, for failures that no server answered. */
const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
]);

const tlsCodePattern =
  /^(?:HANDSHAKE_|ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$)/u;

/** What a failure of the driver or server means, by number and code, never by text. */
export function classifySourceError(error: unknown): SourceErrorCode {
  const errno = numberOf(error, 'errno');
  const known = errno === null ? undefined : codeByErrno.get(errno);
  if (known !== undefined) return known;
  const code = codeOf(error);
  if (code === null) return isFatal(error) ? 'SOURCE_UNREACHABLE' : 'SOURCE_QUERY_FAILED';
  if (unreachableCodes.has(code)) return 'SOURCE_UNREACHABLE';
  return tlsCodePattern.test(code) ? 'SOURCE_TLS_FAILED' : 'SOURCE_QUERY_FAILED';
}

/** Wraps what the driver threw; `doing` says in words what was tried. Statements and their values are left behind. */
export function asSourceError(error: unknown, doing: string): CausewayError {
  if (error instanceof CausewayError) return error;
  const code = classifySourceError(error);
  const errno = numberOf(error, 'errno');
  const reason = codeOf(error) ?? 'no code';
  return new CausewayError(code, `${doing} failed: ${reason}${errno === null ? '' : ` (${errno})`}`, {
    facts: { reason, errno },
    cause: withoutStatement(error),
  });
}

/** The driver's error objects carry the statement with its values; log lines print every field of a cause. */
function withoutStatement(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const bare = new Error(error.message);
  if (error.stack !== undefined) bare.stack = error.stack;
  return bare;
}

/** How the driver answers on a connection that it has lost before: no code, only this mark. */
function isFatal(error: unknown): boolean {
  return error instanceof Error && 'fatal' in error && error.fatal === true;
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

function numberOf(error: unknown, field: 'errno'): number | null {
  if (typeof error !== 'object' || error === null || !(field in error)) return null;
  const value = error[field];
  // Node's own negative numbers (-111 for ECONNREFUSED) say the same as the code and differ by platform.
  return typeof value === 'number' && value > 0 ? value : null;
}

function withCode(code: SourceErrorCode, numbers: readonly number[]): [number, SourceErrorCode][] {
  return numbers.map((number) => [number, code]);
}

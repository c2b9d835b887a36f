import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { PostgresConnection } from './connect.ts';
import { asTargetError, sqlStateOf } from './error-class.ts';

export interface WriteSessionOptions {
  readonly url: string;
  readonly migration: string;
  readonly part: 'apply' | 'backfill';
  readonly pipeline: boolean;
}

/** The longest wait for a lock. Steps of the plan take short locks on the tables that are written to. */
const lockTimeoutMs = 30_000;
/**
 * A process that is frozen inside a transaction keeps its locks this long, and nobody can take its place meanwhile. A
 * log that pauses longer inside a large transaction makes it begin again, which only costs time.
 */
const idleInTransactionTimeoutMs = 30_000;

const settings = [
  // Foreign keys and triggers are the source's business: it has fired and checked them already.
  'SET session_replication_role = replica',
  // Row security that would hide rows raises an error.
  'SET row_security = off',
  // The server notices within half a minute that the machine at the other end is gone.
  'SET tcp_keepalives_idle = 10',
  'SET tcp_keepalives_interval = 5',
  'SET tcp_keepalives_count = 4',
];

/**
 * The applier's rows and position are lost together in a crash, and the log is read again from that position. A chunk that
 * is lost after the control store has noted the end of the copy would never be copied again.
 */
const commitSetting = {
  apply: 'SET synchronous_commit = off',
  backfill: 'SET synchronous_commit = on',
} as const;

/** A connection for writing rows that the source has already accepted. */
export async function openWriteSession(options: WriteSessionOptions): Promise<PostgresConnection> {
  const connection = await PostgresConnection.open(options.url, {
    applicationName: `causeway/${options.migration}/${options.part}`,
    // No limit: the DELETE that stands for a TRUNCATE may take long, and waiting for locks has its own limit.
    statementTimeoutMs: 0,
    lockTimeoutMs,
    idleInTransactionTimeoutMs,
    pipeline: options.pipeline,
  });
  try {
    await connection.execute([...settings, commitSetting[options.part]].join(';'));
    return connection;
  } catch (error) {
    await connection.close();
    if (sqlStateOf(error) === '42501') throw replicaRoleRefused(connection.user, connection.place);
    throw asTargetError(error, 'setting up the session');
  }
}

export function replicaRoleRefused(user: string, place: string): CausewayError {
  return new CausewayError(
    'TARGET_REPLICA_ROLE',
    `${user} may not set session_replication_role to replica on ${place}`,
    { facts: { user } },
  );
}

import type { ErrorEntry } from './error-entry.ts';

export const applyErrors = {
  TARGET_URL_INVALID: {
    meaning: 'The target URL cannot be used as it is written.',
    remedy:
      'Write it as postgres://user:password@host:port/database, with sslmode (disable, require, verify-ca, verify-full), sslrootcert and connect_timeout as the only parameters. Percent-encode special characters in user and password.',
    isRetryable: false,
  },
  TARGET_UNREACHABLE: {
    meaning: 'No connection to the target could be made: it is down, starting, full, or not at this address.',
    remedy:
      'Check that PostgreSQL runs and that host and port are right. Nothing is lost: work goes on from the checkpoint when it answers.',
    isRetryable: true,
  },
  TARGET_ACCESS_DENIED: {
    meaning: 'The target refuses user, password or database.',
    remedy: 'Check user, password and database name in the target URL, pg_hba.conf and the right to CONNECT.',
    isRetryable: false,
  },
  TARGET_TLS_FAILED: {
    meaning: 'The target speaks no TLS, or its certificate cannot be verified.',
    remedy:
      'Give the authority that signed its certificate with sslrootcert=/path/to/ca.pem and the host name the certificate is for; sslmode=disable is for trusted networks only.',
    isRetryable: false,
  },
  TARGET_CONNECTION_LOST: {
    meaning:
      'The connection to the target broke. Whether an open COMMIT went through is decided by reading the checkpoint after the next connection.',
    remedy: 'Nothing is lost: Causeway connects again and goes on from the checkpoint.',
    isRetryable: true,
  },
  TARGET_BUSY: {
    meaning:
      'The target could not do this now: a lock was not given in time, a deadlock was resolved, or a resource is used up.',
    remedy:
      'Causeway tries again. If it lasts, look in pg_stat_activity and pg_locks for what holds the tables, and check disk space.',
    isRetryable: true,
  },
  TARGET_READ_ONLY: {
    meaning: 'The target takes no writes: it is a standby, or a failover is going on.',
    remedy: 'Let the target URL lead to the primary. Causeway tries again.',
    isRetryable: true,
  },
  TARGET_SESSION_REFUSED: {
    meaning: 'A setting that exact values depend on could not be made in the session on the target.',
    remedy:
      'Connect to PostgreSQL itself or through a pooler in session mode; the message names the setting.',
    isRetryable: false,
  },
  TARGET_STATEMENT_FAILED: {
    meaning: 'The target refused a statement for a reason that has no rule. The part concerned has halted.',
    remedy:
      "Read SQLSTATE and cause, mend it on the target, then resume. Nothing of the transaction was kept; PostgreSQL's log has the whole statement.",
    isRetryable: false,
  },
  TARGET_DRIFT: {
    meaning:
      'A table on the target is no longer as the plan made it: a table, column, type or key is missing.',
    remedy: 'Undo the change on the target that the message names, then resume.',
    isRetryable: false,
  },
  TARGET_ROW_REFUSED: {
    meaning:
      'The target refuses a row: a value does not fit, or a constraint does not hold. Nothing of the transaction was kept.',
    remedy:
      'Look for a constraint or trigger that someone added on the target, or rows that someone else wrote there. Remove the cause, then resume.',
    isRetryable: false,
  },
  TARGET_VERSION: {
    meaning: 'The target is older than the oldest PostgreSQL that Causeway writes to.',
    remedy: 'Use PostgreSQL 13 or newer.',
    isRetryable: false,
  },
  TARGET_ENCODING: {
    meaning: 'The target database does not store text as UTF-8, so some characters could not be kept.',
    remedy: "Make the target database with ENCODING 'UTF8'.",
    isRetryable: false,
  },
  TARGET_PRIVILEGE: {
    meaning: 'The target user may not do something that the migration needs; it was found by trying.',
    remedy: 'Grant what the message names, then check again.',
    isRetryable: false,
  },
  TARGET_REPLICA_ROLE: {
    meaning:
      'The target user may not set session_replication_role to replica, so foreign keys and triggers would fire on rows that the source has already checked.',
    remedy:
      'As a superuser: GRANT SET ON PARAMETER session_replication_role TO <user> (PostgreSQL 15 and newer); on older versions and managed services use the administrative role that may set it.',
    isRetryable: false,
  },
  TARGET_TABLE_EXISTS: {
    meaning: 'A table that the plan makes is already there, and this migration did not make it.',
    remedy: 'Drop or rename it, or give another target schema.',
    isRetryable: false,
  },
  TARGET_TABLE_NOT_EMPTY: {
    meaning:
      'A table that the plan makes is already there with rows in it, and this migration did not make it.',
    remedy: 'Make sure nobody needs the rows, then drop or rename the table, or give another target schema.',
    isRetryable: false,
  },
  TARGET_SCHEMA_TAKEN: {
    meaning: "The target has a schema named causeway that is not Causeway's.",
    remedy: 'Rename that schema, or use another target database.',
    isRetryable: false,
  },
  TARGET_SCHEMA_NEWER: {
    meaning: "Causeway's own schema on the target was made by a newer Causeway than this one.",
    remedy: 'Run the newer version; going back is not possible once it has changed the schema.',
    isRetryable: false,
  },
  STEP_DRIFT: {
    meaning: 'A step of the plan has already run on the target with other SQL than the plan now holds.',
    remedy:
      'Take the plan that was approved. To run another one, undo the recorded steps first (their undo is shown with the plan).',
    isRetryable: false,
  },
  CHECKPOINT_MISSING: {
    meaning: 'The target has no checkpoint of this migration, though the log is already in use.',
    remedy:
      'If the target was restored or replaced, start the migration anew: rows and checkpoint belong together. Never write a checkpoint by hand.',
    isRetryable: false,
  },
  CHECKPOINT_TOPIC: {
    meaning: 'The checkpoint on the target belongs to another log than the one given.',
    remedy: 'Check Kafka settings and migration name. A checkpoint is never moved from one log to another.',
    isRetryable: false,
  },
  CHECKPOINT_INVALID: {
    meaning: "Causeway's own row on the target holds something that Causeway never writes.",
    remedy:
      'Find out who changed schema causeway on the target; restore the row, or start the migration anew.',
    isRetryable: false,
  },
  CHUNK_NOT_PLANNED: {
    meaning: 'A chunk was to be copied that the ledger on the target does not know.',
    remedy: 'Find out who deleted rows of causeway.backfill_chunk, then start the migration anew.',
    isRetryable: false,
  },
  APPLY_FENCED: {
    meaning: 'Another applier has taken the log over. This one changed nothing and stands by.',
    remedy: 'Nothing has to be done. If it comes every few seconds, two processes disagree about the lease.',
    isRetryable: true,
  },
  APPLY_EVENT_INCOMPLETE: {
    meaning: 'A change in the log lacks the row image that is needed to apply it.',
    remedy:
      'Set binlog_row_image=FULL on the source (globally and in every session that sets it). The changes made meanwhile are incomplete in the log, so the migration has to be started anew.',
    isRetryable: false,
  },
  APPLY_UNKNOWN_TABLE: {
    meaning: 'The log holds a change of a table that is not in the plan.',
    remedy:
      "Compare the connector's table.include.list with the plan; the connector's configuration must only be changed by Causeway.",
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

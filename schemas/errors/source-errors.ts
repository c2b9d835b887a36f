import type { ErrorEntry } from './error-entry.ts';

export const sourceErrors = {
  SOURCE_REWOUND: {
    meaning:
      'The source has not executed transactions that came through its log: it lost its newest ones in a crash with relaxed flushing, was restored, or is another server. Their numbers may be used again for other changes.',
    remedy:
      'Do not go on: the target may hold changes that the source no longer has. Copy the tables again under another migration name, and set sync_binlog=1 and innodb_flush_log_at_trx_commit=1 on the source.',
    isRetryable: false,
  },
  CONNECT_UNREACHABLE: {
    meaning:
      'Kafka Connect does not answer, answers with server errors, or has been rebalancing for too long.',
    remedy:
      'Check that the Connect workers run and that the Connect URL in the settings is right. Nothing is lost: capture goes on from its stored position when Connect is back.',
    isRetryable: true,
  },
  CONNECT_ANSWER_UNEXPECTED: {
    meaning: 'What answers at the Connect URL does not answer as Kafka Connect does.',
    remedy:
      'Check that the Connect URL in the settings leads to the REST interface of Kafka Connect, not to a proxy page or another service.',
    isRetryable: false,
  },
  CONNECT_PLUGIN_MISSING: {
    meaning: 'Kafka Connect does not have a plug-in that the connector needs.',
    remedy:
      "Put the plug-ins named in the message under the workers' plugin.path (the Debezium connector, the Avro converter, causeway-connect-transform.jar) and restart the workers.",
    isRetryable: false,
  },
  CONNECTOR_CONFIG_REFUSED: {
    meaning:
      'Kafka Connect or Debezium refuses the connector as configured: a setting is wrong, or the source database cannot be reached with it.',
    remedy: 'Read the reasons by field in the message, mend them in the migration file or on the source.',
    isRetryable: false,
  },
  CONNECTOR_MISSING: {
    meaning: 'The connector that this migration depends on does not exist in Kafka Connect.',
    remedy:
      "Find out who deleted it. If Connect's stored offsets are still there, starting the migration again registers it and goes on; if they are lost, the log has a gap and the tables must be copied again.",
    isRetryable: false,
  },
  CONNECTOR_FAILED: {
    meaning: 'The Debezium connector keeps failing after the restarts that are allowed.',
    remedy:
      "Read the cause in the message and mend it on the source or in Connect, then wait: the migration looks again by itself. The connector's log in the Connect worker has the whole trace.",
    isRetryable: false,
  },
  CONNECT_SECRET_PATH: {
    meaning:
      "The path of the connector's secret file cannot be written as a reference in a connector's configuration.",
    remedy: 'Choose a secrets folder whose absolute path has no colon, no brace and no line break.',
    isRetryable: false,
  },
  SOURCE_URL_INVALID: {
    meaning: 'The URL of the source database cannot be used as it is written.',
    remedy:
      'Write mysql://user:password@host:port, with characters that mean something in a URL percent-encoded, and only the parameters named in the reference (tls, tls-ca, connect-timeout-ms).',
    isRetryable: false,
  },
  SOURCE_UNREACHABLE: {
    meaning: 'The source database does not answer, or the connection to it was lost.',
    remedy:
      'Check host, port, network and whether the server runs. Nothing is lost: work goes on from where it stopped when the server answers.',
    isRetryable: true,
  },
  SOURCE_BUSY: {
    meaning:
      'The source database ended a statement for a passing reason: a lock wait, a deadlock, a statement killed, too many connections.',
    remedy: 'Causeway tries again by itself. If it lasts, look for what loads or locks the source.',
    isRetryable: true,
  },
  SOURCE_ACCESS_DENIED: {
    meaning: 'The source database refuses the account, or the account lacks a privilege.',
    remedy:
      'Check user name and password in the source URL, and grant what the message names. `causeway doctor` and the preflight list every privilege needed.',
    isRetryable: false,
  },
  SOURCE_TLS_FAILED: {
    meaning: 'No encrypted connection to the source database could be made as the settings demand.',
    remedy:
      'Give the authority that signed the certificate of the server with tls-ca=PATH in the source URL, or choose another tls mode: disabled, required, verify-ca, verify-full.',
    isRetryable: false,
  },
  SOURCE_READ_ONLY: {
    meaning: 'The source server refuses writes, so markers cannot be written.',
    remedy:
      'Point the source URL at the primary, or allow writes on it. Causeway writes only in its own helper database.',
    isRetryable: false,
  },
  SOURCE_OBJECT_MISSING: {
    meaning: 'A database, table or column that the plan names does not exist on the source any more.',
    remedy: 'Find out who dropped or renamed it. If that was meant, make a new plan.',
    isRetryable: false,
  },
  SOURCE_QUERY_FAILED: {
    meaning: 'The source database refused a statement of Causeway for a reason it has no rule for.',
    remedy: "Read the server's own message in the cause. If it cannot be mended there, report it.",
    isRetryable: false,
  },
  SOURCE_ENGINE_NOT_SUPPORTED: {
    meaning: 'The server is of a kind or version that Causeway does not carry.',
    remedy: 'Use MySQL 8.0 or newer as the source. MariaDB is not carried yet.',
    isRetryable: false,
  },
  NO_TABLE_MATCHES: {
    meaning: 'A table pattern of the migration matches no table of the source.',
    remedy:
      'Correct the patterns named in the message (database.table, with * and ?, and ! in front to exclude), or grant SELECT: tables that the account cannot see do not match.',
    isRetryable: false,
  },
  ENUM_LABEL_UNREADABLE: {
    meaning:
      'An ENUM or SET column has labels that the catalogue does not show exactly, and the account may not make the temporary table that would show them.',
    remedy:
      'Grant CREATE TEMPORARY TABLES on the database named in the message. The table is empty of your data, seen by that session only, and not logged.',
    isRetryable: false,
  },
  MARKER_LOCK_HELD: {
    meaning: 'Another process writes the markers of this migration.',
    remedy:
      'Nothing to do when that process is meant to run: this one stands by. Otherwise stop it; its lock goes with its connection.',
    isRetryable: true,
  },
  BINLOG_OFF: {
    meaning: 'The source server writes no binary log.',
    remedy: 'Start the server with log_bin.',
    isRetryable: false,
  },
  BINLOG_FORMAT: {
    meaning: 'The binary log of the source holds statements instead of rows.',
    remedy: "SET PERSIST binlog_format = 'ROW', and let clients that were connected before reconnect.",
    isRetryable: false,
  },
  BINLOG_ROW_IMAGE: {
    meaning: 'The binary log of the source leaves columns out of its row images.',
    remedy: "SET PERSIST binlog_row_image = 'FULL', and let clients that were connected before reconnect.",
    isRetryable: false,
  },
  BINLOG_PARTIAL_JSON: {
    meaning: 'The binary log of the source holds only the changed parts of JSON values.',
    remedy:
      "SET PERSIST binlog_row_value_options = '', and let clients that were connected before reconnect.",
    isRetryable: false,
  },
  GTID_MODE_OFF: {
    meaning: 'The source server does not give every transaction a GTID.',
    remedy:
      'Set enforce_gtid_consistency = ON, then gtid_mode step by step: OFF_PERMISSIVE, ON_PERMISSIVE, ON. It needs no restart.',
    isRetryable: false,
  },
  BINLOG_ORDER_COMMITS_OFF: {
    meaning: 'The source server makes commits visible in another order than it logs them.',
    remedy: 'SET PERSIST binlog_order_commits = ON.',
    isRetryable: false,
  },
  SOURCE_DATES_UNCHECKED: {
    meaning:
      "The source's sql_mode lets in dates that are none. Capture can't carry them: a zero date would arrive as NULL or 1970-01-01, and an event with a date such as 2024-02-31 can be passed over.",
    remedy:
      'Set the global sql_mode without ALLOW_INVALID_DATES and, where captured tables have dates, with NO_ZERO_DATE and NO_ZERO_IN_DATE (all three are so by default), make sure that no session sets its own, and correct such dates in the tables.',
    isRetryable: false,
  },
  SOURCE_STORAGE_ENGINE: {
    meaning: 'A table is kept by a storage engine without transactions.',
    remedy: 'ALTER TABLE ... ENGINE = InnoDB, or leave the table out.',
    isRetryable: false,
  },
  SOURCE_XA_PREPARED: {
    meaning:
      'The source has prepared XA transactions. Their rows are published before their outcome is known, so they cannot be applied.',
    remedy:
      'Commit or roll back the prepared transactions (XA RECOVER lists them), and keep XA away from captured tables.',
    isRetryable: false,
  },
  SOURCE_SILENT_CASCADES: {
    meaning:
      'A captured table has a foreign key with CASCADE or SET NULL, and this server does not log the rows that such actions change. The target would miss them.',
    remedy:
      'Use MySQL 9.6 or newer with innodb_native_foreign_keys=OFF, or let the application do what the action does and define the key without it.',
    isRetryable: false,
  },
  REGISTRY_UNREACHABLE: {
    meaning: 'The schema registry does not answer, and a schema is needed that Causeway has not stored.',
    remedy: 'Start the registry or correct its URL. Nothing is lost: reading goes on when it answers.',
    isRetryable: true,
  },
  REGISTRY_ANSWER_UNEXPECTED: {
    meaning:
      'What answers at the registry URL does not answer as the configured kind of schema registry does.',
    remedy:
      'Check the registry URL and its kind in the settings (Apicurio with /apis/registry/v2, or the Confluent-compatible API).',
    isRetryable: false,
  },
  REGISTRY_SCHEMA_MISSING: {
    meaning: 'The registry does not know the schema that a record of the log was written with.',
    remedy:
      'Check that Connect and Causeway use the same registry. If the registry has lost its contents, restore them from its database: without the schema the record cannot be read.',
    isRetryable: false,
  },
  REGISTRY_IDENTITY_CHANGED: {
    meaning:
      'The registry gives another schema for an id than it gave before: it was emptied, replaced or restored from an older state. Reading on would decode columns as other columns.',
    remedy:
      'Restore the registry with the ids it had, then resume. If that is impossible, the migration has to be started anew: records written since the change cannot be told apart.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

import type { ErrorEntry } from './error-entry.ts';

const copyAgain =
  'What is missing cannot be told: start the migration anew, so that its tables are copied again. The target keeps the last state that was proven complete.';

export const logErrors = {
  LOG_GAP: {
    meaning:
      'The log does not continue where it must: records, markers or whole transactions are missing, or the topic is not the one that the checkpoint was made from. Nothing after the gap was applied.',
    remedy: `Find out what happened to the topic or to Connect's stored offsets (retention, deletion, a restored broker, a connector registered again). ${copyAgain}`,
    isRetryable: false,
  },
  XA_ROWS: {
    meaning:
      'The source published rows of an XA transaction. They are published when it is prepared, before anyone knows whether it will commit, so they cannot be applied.',
    remedy: `Stop the use of XA transactions on the captured tables. ${copyAgain}`,
    isRetryable: false,
  },
  LOG_WITHOUT_GTID: {
    meaning:
      'A record of the log, or the source, carries no GTID. Without it a repeat cannot be told from news.',
    remedy:
      'Set gtid_mode=ON and enforce_gtid_consistency=ON on the source (through OFF_PERMISSIVE and ON_PERMISSIVE), then start the migration anew.',
    isRetryable: false,
  },
  NULL_PROBE_FAILED: {
    meaning:
      'A NULL did not arrive as NULL: the columns of the marker that always hold NULL arrived with a value. NULLs of the captured tables would be replaced by column defaults as well.',
    remedy:
      'Check that the connector runs with the KeepNulls transform (causeway-connect-transform.jar in the plugin.path of every worker). Then start the migration anew: earlier rows of the log may be wrong.',
    isRetryable: false,
  },
  LOG_RECORD_UNDECODABLE: {
    meaning:
      'A record of the log cannot be read with the schema it names. The log stops before it; nothing is skipped and nothing is lost.',
    remedy:
      'Read offset and schema id in the message. If the registry gave a wrong schema, mend the registry; if the record itself is damaged, restore it or start the migration anew. Resume afterwards: reading goes on at this record.',
    isRetryable: false,
  },
  LOG_RECORD_UNKNOWN: {
    meaning:
      'A record of the log is of a kind that Causeway does not know, or was not written by its connector.',
    remedy:
      'Find out who else writes into the topic and stop it. If the connector was upgraded or configured by hand, set it back.',
    isRetryable: false,
  },
  LOG_SCHEMA_MISMATCH: {
    meaning:
      'A record names a schema that belongs to another table than the one the row says it comes from. The registry gives wrong schemas, and columns would be read as other columns.',
    remedy:
      'Restore the registry with the ids it had, then resume. If it was emptied or replaced, start the migration anew.',
    isRetryable: false,
  },
  LOG_TOPIC_SETTINGS: {
    meaning: 'The topic of the log exists with settings under which records could be lost or refused.',
    remedy:
      'Set each setting named in the message to the value it asks for (kafka-configs.sh --alter), or remove the topic if the migration has not started yet.',
    isRetryable: false,
  },
  LOG_TOPIC_MISSING: {
    meaning: 'The topic of the log does not exist.',
    remedy: `If it was deleted while the migration was under way, the changes in it are lost. ${copyAgain}`,
    isRetryable: false,
  },
  KAFKA_REPLICATION: {
    meaning:
      'The Kafka cluster cannot keep as many copies of the log as are asked for: one broker alone can lose acknowledged records.',
    remedy:
      'Use a cluster of at least three brokers, or accept fewer copies with kafka.replicationFactor in the settings.',
    isRetryable: false,
  },
  KAFKA_UNREACHABLE: {
    meaning: 'Kafka does not answer, or the leader of the log is not available.',
    remedy:
      'Check that the brokers run and that their addresses in the settings are right. Nothing is lost: reading goes on from the checkpoint.',
    isRetryable: true,
  },
  KAFKA_REFUSED: {
    meaning:
      'Kafka answers but refuses: wrong credentials, missing permissions, or a request it does not accept.',
    remedy:
      'Read the cause in the message. The user needs Create, Describe, DescribeConfigs, Read, Write and Delete on the topics of the migration.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

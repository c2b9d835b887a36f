import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** How many copies of a topic there are, and how many of them a record must be on before it counts as written. */
export interface Replication {
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/** One broker may be lost without losing a record, and another be away without stopping writes. */
const safeReplicationFactor = 3;

export interface ReplicationChoice extends Replication {
  readonly warnings: readonly string[];
}

/**
 * Three copies where there are brokers for them. With fewer brokers somebody has to say that it is meant: `accepted` is
 * the setting, null when it is not given.
 */
export function chooseReplication(brokers: number, accepted: number | null): ReplicationChoice {
  if (accepted === null && brokers < safeReplicationFactor) {
    throw new CausewayError(
      'KAFKA_REPLICATION',
      `The Kafka cluster has ${brokers} broker(s); the log is kept on ${safeReplicationFactor} unless fewer are accepted`,
      { facts: { brokers } },
    );
  }
  const replicationFactor = accepted ?? safeReplicationFactor;
  if (replicationFactor > brokers) {
    throw new CausewayError(
      'KAFKA_REPLICATION',
      `The Kafka cluster has ${brokers} broker(s) and cannot keep ${replicationFactor} copies`,
      { facts: { brokers, replicationFactor } },
    );
  }
  const minInsyncReplicas = Math.max(1, replicationFactor - 1);
  if (replicationFactor >= safeReplicationFactor)
    return { replicationFactor, minInsyncReplicas, warnings: [] };
  const warning = `The log is kept on ${replicationFactor} broker(s) only: the loss of one can lose changes that were acknowledged`;
  return { replicationFactor, minInsyncReplicas, warnings: [warning] };
}

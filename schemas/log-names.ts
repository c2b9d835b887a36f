/** Names that a migration has in Kafka and Kafka Connect. A migration's name is made of a-z, 0-9, _ and -. */
export interface LogNames {
  readonly topic: string;
  readonly schemaHistoryTopic: string;
  readonly connector: string;
  /** Debezium's `topic.prefix`: it names offsets and Avro records. */
  readonly topicPrefix: string;
}

export function logNames(migration: string): LogNames {
  return {
    topic: `causeway.${migration}`,
    schemaHistoryTopic: `causeway.${migration}.schema-history`,
    connector: `causeway-${migration}`,
    topicPrefix: `causeway-${migration}`,
  };
}

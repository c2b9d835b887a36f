import type { KafkaClient } from '../../connectors/kafka/kafka-client.ts';
import {
  ensureLogTopic,
  ensureSchemaHistoryTopic,
  logBounds,
  trimLog,
} from '../../connectors/kafka/log-topic.ts';
import { readLogBytes } from '../../connectors/kafka/log-bytes.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { LogNames } from '../../schemas/log-names.ts';
import type { Logger } from '../runtime/logger.ts';
import type { LogPort } from './ports.ts';

export interface KafkaLogOptions {
  readonly client: KafkaClient;
  readonly names: LogNames;
  /** null: as many as a log should have. */
  readonly replicationFactor: number | null;
  readonly logger: Logger;
}

/** The topics of one migration, as control drives them. */
export function kafkaLog({ client, names, replicationFactor, logger }: KafkaLogOptions): LogPort {
  const { topic, schemaHistoryTopic } = names;
  return {
    preflight: async () => {
      await client.withAdmin('ask the brokers of the cluster', async (admin) => admin.describeCluster());
    },
    ensure: async () => {
      const log = await ensureLogTopic(client, { topic, replicationFactor });
      const history = await ensureSchemaHistoryTopic(client, {
        topic: schemaHistoryTopic,
        replicationFactor,
      });
      for (const warning of new Set([...log.warnings, ...history.warnings])) logger.warn(warning, { topic });
    },
    watermarks: async () => {
      try {
        const { startOffset, endOffset } = await logBounds(client, topic);
        return { start: startOffset, end: endOffset, bytes: await readLogBytes(client, topic) };
      } catch (error) {
        if (error instanceof CausewayError && error.code === 'LOG_TOPIC_MISSING') return null;
        throw error;
      }
    },
    // The connector keeps one record below the position it is given.
    deleteBelow: async (offset) => trimLog(client, topic, offset + 1n),
  };
}

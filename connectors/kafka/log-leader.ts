import type { Broker, Cluster } from 'kafkajs';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** The broker that leads the one partition of a log. */
export async function leaderOf(cluster: Cluster, topic: string): Promise<Broker> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [0]));
  if (nodeId === undefined) {
    throw new CausewayError('LOG_TOPIC_MISSING', `Kafka has no topic ${topic}`, { facts: { topic } });
  }
  return cluster.findBroker({ nodeId });
}

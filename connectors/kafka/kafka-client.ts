import kafkajs, { type Admin, type Cluster, type Kafka, type KafkaConfig } from 'kafkajs';
import { toKafkaError } from './kafka-error.ts';
import { registerLz4 } from './lz4-codec.ts';

export interface KafkaSettings {
  /** `host:port` of at least one broker. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and metrics. */
  readonly clientId?: string;
  /** true: TLS with the system's authorities; PEM texts where others are needed. */
  readonly tls?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: KafkaLogin;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

type LoginMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

export type KafkaLogin = {
  [M in LoginMechanism]: { readonly mechanism: M; readonly username: string; readonly password: string };
}[LoginMechanism];

/** A connection to the brokers, for the other files of this folder: kafkajs is known to them alone. */
export interface KafkaCluster {
  readonly cluster: Cluster;
  close(): Promise<void>;
}

/** Opens connections to one Kafka cluster. It holds none itself. */
export class KafkaClient {
  readonly #kafka: Kafka;

  constructor(settings: KafkaSettings) {
    registerLz4();
    this.#kafka = new kafkajs.Kafka(kafkaConfig(settings));
  }

  async withAdmin<T>(task: string, work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      return await work(admin);
    } catch (error) {
      throw toKafkaError(error, task);
    } finally {
      await admin.disconnect();
    }
  }

  /**
   * kafkajs hands its cluster only to the assigners of a consumer. The consumer is never run: no group is joined, so
   * there is no wait for one, no rebalance, and no stored offset that could be jumped to.
   */
  async openCluster(topic: string): Promise<KafkaCluster> {
    let cluster: Cluster | null = null;
    const consumer = this.#kafka.consumer({
      groupId: 'unused',
      allowAutoTopicCreation: false,
      partitionAssigners: [
        (config) => {
          ({ cluster } = config);
          return kafkajs.PartitionAssigners.roundRobin(config);
        },
      ],
    });
    try {
      await consumer.connect();
      const opened = expectCluster(cluster);
      await opened.addTargetTopic(topic);
      return { cluster: opened, close: () => consumer.disconnect() };
    } catch (error) {
      await consumer.disconnect();
      throw toKafkaError(error, `open topic ${topic}`, { topic });
    }
  }
}

function expectCluster(cluster: Cluster | null): Cluster {
  if (cluster === null) throw new Error('kafkajs made a consumer without its assigners');
  return cluster;
}

function kafkaConfig(settings: KafkaSettings): KafkaConfig {
  const { brokers, clientId = 'causeway', tls = false, sasl } = settings;
  return {
    brokers: [...brokers],
    clientId,
    ...(tls === false ? {} : { ssl: tls === true ? true : { ...tls } }),
    ...(sasl === undefined ? {} : { sasl }),
    connectionTimeout: settings.connectTimeoutMs ?? 5000,
    requestTimeout: settings.requestTimeoutMs ?? 30_000,
    // Bridges the election of a leader; whoever calls decides about longer outages.
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 4 },
    // What matters comes back as an error.
    logLevel: kafkajs.logLevel.NOTHING,
  };
}

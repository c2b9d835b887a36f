import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin, type ITopicConfig, type KafkaMessage } from 'kafkajs';
import { registerLz4 } from '../../connectors/kafka/lz4-codec.ts';

/** Kafka as a person with its command-line tools reaches it: what the tests break, and what they look at. */
export class KafkaLog {
  readonly #kafka: kafkajs.Kafka;

  constructor(bootstrapServers: string) {
    registerLz4();
    this.#kafka = new kafkajs.Kafka({
      clientId: 'causeway-test',
      brokers: bootstrapServers.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 8 },
    });
  }

  async topics(): Promise<string[]> {
    return this.#withAdmin((admin) => admin.listTopics());
  }

  async bounds(topic: string): Promise<{ start: bigint; end: bigint }> {
    const [partition] = await this.#withAdmin((admin) => admin.fetchTopicOffsets(topic));
    return { start: BigInt(partition?.low ?? 0), end: BigInt(partition?.high ?? 0) };
  }

  /** Deletes every record below the offset, whoever still needs it. */
  async deleteBelow(topic: string, offset: bigint): Promise<void> {
    await this.#withAdmin(async (admin) => {
      // kafkajs looks up the leader in metadata that only this request loads.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    const present = new Set(await this.topics());
    const wanted = topics.filter((topic) => present.has(topic));
    if (wanted.length > 0) await this.#withAdmin((admin) => admin.deleteTopics({ topics: [...wanted] }));
  }

  /** Deletes the topic and makes an empty one of the same name and settings. */
  async recreate(topic: string): Promise<void> {
    await this.#withAdmin(async (admin) => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
      });
      const configEntries = (resources[0]?.configEntries ?? [])
        .filter((entry) => !entry.isDefault && !entry.readOnly)
        .map((entry) => ({ name: entry.configName, value: entry.configValue }));
      const again: ITopicConfig = { topic, numPartitions: 1, replicationFactor: 1, configEntries };
      await admin.deleteTopics({ topics: [topic] });
      await this.#untilMade(admin, again);
    });
  }

  async append(topic: string, message: { key: Buffer | null; value: Buffer }): Promise<bigint> {
    const producer = this.#kafka.producer();
    await producer.connect();
    try {
      const [written] = await producer.send({ topic, messages: [{ ...message, partition: 0 }] });
      return BigInt(written?.baseOffset ?? -1);
    } finally {
      await producer.disconnect();
    }
  }

  /** Reads from the first record to the end as it is now. */
  async readAll(topic: string, onRecord: (message: KafkaMessage) => void): Promise<void> {
    const { start, end } = await this.bounds(topic);
    if (start >= end) return;
    const stop = new AbortController();
    await this.follow(
      topic,
      (message) => {
        if (BigInt(message.offset) < end) onRecord(message);
        if (BigInt(message.offset) >= end - 1n) stop.abort();
      },
      stop.signal,
    );
  }

  /** Reads from the first record on, until the signal. */
  async follow(
    topic: string,
    onRecord: (message: KafkaMessage) => void,
    signal: AbortSignal,
    options: { readonly fromBeginning: boolean; readonly onReady?: () => void } = { fromBeginning: true },
  ): Promise<void> {
    const consumer = this.#kafka.consumer({
      groupId: `causeway-test-${randomUUID()}`,
      maxWaitTimeInMs: 20,
      allowAutoTopicCreation: false,
    });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: options.fromBeginning });
      consumer.on(consumer.events.GROUP_JOIN, () => options.onReady?.());
      const crashed = new Promise<never>((_, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      });
      await consumer.run({
        autoCommit: false,
        eachMessage: ({ message }) => {
          onRecord(message);
          return Promise.resolve();
        },
      });
      await Promise.race([aborted(signal), crashed]);
    } finally {
      await consumer.disconnect();
    }
  }

  async #untilMade(admin: Admin, topic: ITopicConfig): Promise<void> {
    // The name is free only some time after the answer to the deletion.
    for (let attempt = 0; ; attempt++) {
      try {
        if (await admin.createTopics({ topics: [topic], waitForLeaders: true })) return;
      } catch (thrown) {
        if (attempt >= 20) throw thrown;
      }
      if (attempt >= 40) throw new Error(`topic ${topic.topic} could not be made again`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async #withAdmin<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** The GTID of an END record of the log, or null for any other record: in Avro the status stands first, the id after it. */
export function endedTransaction(value: Buffer | null): string | null {
  if (value === null) return null;
  // Magic byte and four bytes of schema id.
  const status = avroText(value, 5);
  return status?.text === 'END' ? (avroText(value, status.next)?.text ?? null) : null;
}

/** A text of up to 8191 bytes: its length as a zigzag varint, then its bytes. */
function avroText(value: Buffer, at: number): { text: string; next: number } | null {
  const low = value[at] ?? 0;
  const isShort = low < 0x80;
  const zigzag = isShort ? low : (low & 0x7f) | ((value[at + 1] ?? 0) << 7);
  if (zigzag % 2 !== 0) return null;
  const from = at + (isShort ? 1 : 2);
  const next = from + zigzag / 2;
  return next > value.length ? null : { text: value.toString('utf8', from, next), next };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

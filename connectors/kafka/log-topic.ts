import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { KafkaClient } from './kafka-client.ts';
import type { LogBounds } from './log-source.ts';
import { chooseReplication } from './replication.ts';
import {
  keepingSettings,
  logSegmentBytes,
  logSettings,
  wrongSettings,
  type TopicSetting,
} from './topic-settings.ts';

export interface TopicRequest {
  readonly topic: string;
  /** null: three, which the cluster must have brokers for. A number accepts that many copies, one among them. */
  readonly replicationFactor: number | null;
}

export interface TopicOutcome {
  readonly isNew: boolean;
  /** Sentences for people about what is allowed but not safe. */
  readonly warnings: readonly string[];
}

/** Makes the topic of a log if it is missing; one that is there must have the settings of a log. */
export function ensureLogTopic(client: KafkaClient, request: TopicRequest): Promise<TopicOutcome> {
  const extra = { 'segment.bytes': String(logSegmentBytes) };
  return ensureTopic(client, request, logSettings, extra);
}

/** The topic in which Debezium keeps the history of table structures; it must not lose a record either. */
export function ensureSchemaHistoryTopic(client: KafkaClient, request: TopicRequest): Promise<TopicOutcome> {
  return ensureTopic(client, request, keepingSettings, {});
}

export function logBounds(client: KafkaClient, topic: string): Promise<LogBounds> {
  return client.withAdmin(`tell the offsets of topic ${topic}`, (admin) => readBounds(admin, topic));
}

/**
 * Deletes what no reader needs any more whose position is `nextOffset` or later. The record right before that position
 * stays: a reader proves by it that the log is the one it knows.
 */
export function trimLog(client: KafkaClient, topic: string, nextOffset: bigint): Promise<void> {
  return client.withAdmin(`trim topic ${topic}`, async (admin) => {
    // kafkajs looks up the leader in metadata that only this request loads.
    const { startOffset, endOffset } = await readBounds(admin, topic);
    const keptFrom = nextOffset - 1n;
    if (keptFrom <= startOffset || keptFrom >= endOffset) return;
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(keptFrom) }] });
  });
}

type SettingsFor = (minInsyncReplicas: number) => TopicSetting[];

function ensureTopic(
  client: KafkaClient,
  request: TopicRequest,
  settingsFor: SettingsFor,
  extra: Readonly<Record<string, string>>,
): Promise<TopicOutcome> {
  const { topic } = request;
  return client.withAdmin(`make topic ${topic}`, async (admin) => {
    const found = await findTopic(admin, topic);
    if (found !== null) return checkTopic(admin, found, request, settingsFor);
    const { warnings, ...replication } = await replicationFor(admin, request);
    const settings = settingsFor(replication.minInsyncReplicas).map(({ name, value }) => ({ name, value }));
    const extras = Object.entries(extra).map(([name, value]) => ({ name, value }));
    const configEntries = [...settings, ...extras];
    const { replicationFactor } = replication;
    const isNew = await admin.createTopics({
      topics: [{ topic, numPartitions: 1, replicationFactor, configEntries }],
      waitForLeaders: true,
    });
    if (isNew) return { isNew, warnings };
    // Somebody else made it a moment ago.
    const metadata = await findTopic(admin, topic);
    if (metadata === null) throw missing(topic);
    return checkTopic(admin, metadata, request, settingsFor);
  });
}

async function replicationFor(
  admin: Admin,
  request: TopicRequest,
): Promise<ReturnType<typeof chooseReplication>> {
  const { brokers } = await admin.describeCluster();
  return chooseReplication(brokers.length, request.replicationFactor);
}

async function findTopic(admin: Admin, topic: string): Promise<ITopicMetadata | null> {
  const names = await admin.listTopics();
  if (!names.includes(topic)) return null;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics.find(({ name }) => name === topic) ?? null;
}

async function checkTopic(
  admin: Admin,
  metadata: ITopicMetadata,
  request: TopicRequest,
  settingsFor: SettingsFor,
): Promise<TopicOutcome> {
  const { topic } = request;
  const { warnings, ...replication } = await replicationFor(admin, request);
  const actual = await readSettings(admin, topic);
  const faults = [
    ...shapeFaults(metadata, replication.replicationFactor),
    ...wrongSettings(settingsFor(replication.minInsyncReplicas), actual),
  ];
  if (faults.length === 0) return { isNew: false, warnings };
  throw new CausewayError('LOG_TOPIC_SETTINGS', `Topic ${topic} would lose records: ${faults.join('; ')}`, {
    facts: { topic, faults },
  });
}

function shapeFaults({ partitions }: ITopicMetadata, replicationFactor: number): string[] {
  const faults: string[] = [];
  if (partitions.length !== 1) {
    faults.push(`it has ${partitions.length} partitions and must have 1: the order of changes would be lost`);
  }
  const copies = Math.min(...partitions.map(({ replicas }) => replicas.length));
  if (copies < replicationFactor) {
    faults.push(`it has ${copies} replica(s) and must have at least ${replicationFactor}`);
  }
  return faults;
}

async function readSettings(admin: Admin, topic: string): Promise<Map<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entries = resources.flatMap(({ configEntries }) => configEntries);
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
}

async function readBounds(admin: Admin, topic: string): Promise<LogBounds> {
  const [partition] = await admin.fetchTopicOffsets(topic);
  if (partition === undefined) throw missing(topic);
  return { startOffset: BigInt(partition.low), endOffset: BigInt(partition.high) };
}

function missing(topic: string): CausewayError {
  return new CausewayError('LOG_TOPIC_MISSING', `Kafka has no topic ${topic}`, { facts: { topic } });
}

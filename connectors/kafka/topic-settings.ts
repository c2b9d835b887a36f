import { logRecordBytesMax } from '../../schemas/log-limits.ts';

/** One setting of a topic, and which values of it are as good. */
export interface TopicSetting {
  readonly name: string;
  readonly value: string;
  /** `exactly` the value, or `at least` it. */
  readonly demand: 'exactly' | 'at least';
  /** What a wrong value does, for the message. */
  readonly reason: string;
}

/** Settings under which a topic of ours loses nothing. */
export function keepingSettings(minInsyncReplicas: number): TopicSetting[] {
  return [
    exactly('cleanup.policy', 'delete', 'compaction would drop changes of a row that changed again'),
    exactly('retention.ms', '-1', 'old records would be deleted before they are applied'),
    exactly('retention.bytes', '-1', 'old records would be deleted before they are applied'),
    exactly('unclean.leader.election.enable', 'false', 'a replica that lags would drop acknowledged records'),
    atLeast('min.insync.replicas', minInsyncReplicas, 'a record would count as written on too few brokers'),
    atLeast('max.message.bytes', logRecordBytesMax, 'a large row would stop the connector'),
  ];
}

/** What the log needs beyond that. */
export function logSettings(minInsyncReplicas: number): TopicSetting[] {
  return [
    ...keepingSettings(minInsyncReplicas),
    exactly('compression.type', 'producer', 'brokers would compress every batch again'),
    // Brokers refuse records whose own time lies far from theirs; a worker's clock must not stop the capture.
    exactly('message.timestamp.type', 'LogAppendTime', 'a worker with a wrong clock would be refused'),
  ];
}

/**
 * Only whole segments are deleted when the log is trimmed, and never the newest: smaller ones free space sooner. It is
 * set when the topic is made and not checked, since no value loses anything.
 */
export const logSegmentBytes = 128 * 1024 * 1024;

function exactly(name: string, value: string, reason: string): TopicSetting {
  return { name, value, demand: 'exactly', reason };
}

function atLeast(name: string, value: number, reason: string): TopicSetting {
  return { name, value: String(value), demand: 'at least', reason };
}

/** One sentence for each setting that is not as it must be. */
export function wrongSettings(
  wanted: readonly TopicSetting[],
  actual: ReadonlyMap<string, string>,
): string[] {
  return wanted.flatMap((setting) => {
    const value = actual.get(setting.name);
    if (value !== undefined && isAsGood(setting, value)) return [];
    const shown = value === undefined ? 'not set' : value;
    return [`${setting.name} is ${shown} and must be ${describe(setting)}: ${setting.reason}`];
  });
}

function isAsGood({ demand, value: wanted }: TopicSetting, value: string): boolean {
  return demand === 'exactly' ? value === wanted : Number(value) >= Number(wanted);
}

function describe({ demand, value }: TopicSetting): string {
  return demand === 'exactly' ? value : `at least ${value}`;
}

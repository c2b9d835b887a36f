import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from 'kafkajs';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { logGap } from '../../schemas/log/log-gap.ts';
import type { KafkaClient, KafkaCluster } from './kafka-client.ts';
import { isOffsetOutOfRange, toKafkaError } from './kafka-error.ts';
import { leaderOf } from './log-leader.ts';
import type { LogRecord } from './log-record.ts';
import type { LogBounds, LogSource } from './log-source.ts';

export interface KafkaLogSourceOptions {
  /** How many bytes one request asks for, as they lie on the broker. A record that is larger comes alone. */
  readonly fetchBytesMax?: number;
  /** How long the broker holds a request while there is nothing new; it answers at once when there is. */
  readonly fetchWaitMs?: number;
}

/** Large enough that a request costs little per record; two of them are in memory at a time, decompressed. */
const fetchBytesDefault = 4 * 1024 * 1024;
const fetchWaitDefaultMs = 500;
const attemptsMax = 4;
const attemptDelayMs = 250;

/**
 * Reads the one partition of a log by plain fetch requests. A consumer of kafkajs would join a group (and wait for it),
 * would go to a default offset when the log does not have the one wanted, and would start itself again after errors;
 * here an offset is asked for, and either its records come or an error.
 */
export async function openKafkaLogSource(
  client: KafkaClient,
  topic: string,
  options: KafkaLogSourceOptions = {},
): Promise<LogSource> {
  return new KafkaLogSource(await client.openCluster(topic), topic, options);
}

class KafkaLogSource implements LogSource {
  readonly #connection: KafkaCluster;
  readonly #topic: string;
  readonly #bytesMax: number;
  readonly #waitMs: number;
  /** The requests under way: one that is awaited, and perhaps one that nobody came back for. */
  readonly #fetching = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(connection: KafkaCluster, topic: string, options: KafkaLogSourceOptions) {
    this.#connection = connection;
    this.#topic = topic;
    this.#bytesMax = options.fetchBytesMax ?? fetchBytesDefault;
    this.#waitMs = options.fetchWaitMs ?? fetchWaitDefaultMs;
  }

  async *records(from: bigint, signal: AbortSignal): AsyncGenerator<readonly LogRecord[]> {
    let nextOffset = from;
    let fetching = this.#fetchOrGap(nextOffset);
    // If nobody comes for the records, nobody misses their error.
    fetching.catch(() => undefined);
    while (!signal.aborted) {
      const records = await unlessAborted(fetching, signal);
      if (records === null) return;
      nextOffset = (records.at(-1)?.offset ?? nextOffset - 1n) + 1n;
      // The next records travel while these are worked on.
      fetching = this.#fetchOrGap(nextOffset);
      fetching.catch(() => undefined);
      if (records.length > 0) yield records;
    }
  }

  async readOne(offset: bigint): Promise<LogRecord | null> {
    try {
      const records = await this.#fetch(offset, { bytesMax: 1, waitMs: 0 });
      return records.find((record) => record.offset === offset) ?? null;
    } catch (error) {
      if (isOffsetOutOfRange(error)) return null;
      throw toKafkaError(error, `read offset ${offset} of topic ${this.#topic}`, { topic: this.#topic });
    }
  }

  async bounds(): Promise<LogBounds> {
    const { cluster } = this.#connection;
    const bound = async (fromBeginning: boolean): Promise<bigint> => {
      const [answer] = await cluster.fetchTopicsOffset([
        { topic: this.#topic, partitions: [{ partition: 0 }], fromBeginning },
      ]);
      return BigInt(answer?.partitions[0]?.offset ?? 0);
    };
    try {
      return { startOffset: await bound(true), endOffset: await bound(false) };
    } catch (error) {
      throw toKafkaError(error, `tell the offsets of topic ${this.#topic}`, { topic: this.#topic });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection.close();
    // A request that was about to try again may have connected anew.
    await Promise.allSettled(this.#fetching);
    await this.#connection.close();
  }

  async #fetchOrGap(from: bigint): Promise<LogRecord[]> {
    try {
      return await this.#fetch(from, { bytesMax: this.#bytesMax, waitMs: this.#waitMs });
    } catch (error) {
      if (isOffsetOutOfRange(error)) throw notInLog(this.#topic, from, await this.bounds());
      throw toKafkaError(error, `read topic ${this.#topic} from offset ${from}`, {
        topic: this.#topic,
        offset: from,
      });
    }
  }

  async #fetch(from: bigint, limits: FetchLimits): Promise<LogRecord[]> {
    const fetching = this.#fetchPatiently(from, limits);
    this.#fetching.add(fetching);
    try {
      return await fetching;
    } finally {
      this.#fetching.delete(fetching);
    }
  }

  /** Rides out a change of the leader, which takes a moment and new metadata. */
  async #fetchPatiently(from: bigint, limits: FetchLimits): Promise<LogRecord[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await fetchOnce(this.#connection.cluster, this.#topic, from, limits);
      } catch (error) {
        const isTransient = toKafkaError(error, 'read').isRetryable;
        if (attempt >= attemptsMax || !isTransient || this.#isClosed) throw error;
        await delay(attemptDelayMs);
        if (this.#isClosed) throw error;
        await this.#connection.cluster.refreshMetadata();
      }
    }
  }
}

interface FetchLimits {
  readonly bytesMax: number;
  readonly waitMs: number;
}

/** The part of kafkajs's answer that is used; its types leave it open. */
interface FetchAnswer {
  readonly responses: readonly {
    readonly partitions: readonly { readonly messages: readonly FetchedMessage[] }[];
  }[];
}

interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: string;
  readonly isControlRecord?: boolean;
}

async function fetchOnce(
  cluster: Cluster,
  topic: string,
  from: bigint,
  { bytesMax, waitMs }: FetchLimits,
): Promise<LogRecord[]> {
  const broker = await leaderOf(cluster, topic);
  const answer: FetchAnswer = await broker.fetch({
    replicaId: -1,
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes: bytesMax,
    topics: [{ topic, partitions: [{ partition: 0, fetchOffset: String(from), maxBytes: bytesMax }] }],
  });
  const messages = answer.responses.flatMap(({ partitions }) =>
    partitions.flatMap(({ messages }) => messages),
  );
  const records: LogRecord[] = [];
  for (const message of messages) {
    const offset = BigInt(message.offset);
    // A batch comes whole, also when only its end was asked for.
    if (offset < from) continue;
    if (message.isControlRecord === true) throw transactional(topic, offset);
    const { key, value } = message;
    records.push({ offset, key, value, timestampMs: Number(message.timestamp) });
  }
  return records;
}

function notInLog(topic: string, from: bigint, { startOffset, endOffset }: LogBounds): CausewayError {
  const reason =
    from < startOffset
      ? `it begins at ${startOffset}: records that were still needed have been deleted`
      : `it ends at ${endOffset}: the topic was recreated or has lost its end`;
  return logGap(`Topic ${topic} does not have offset ${from}; ${reason}`, {
    topic,
    offset: from,
    startOffset,
    endOffset,
  });
}

/** Control records take offsets that carry no change, and what they undo has been read before. */
function transactional(topic: string, offset: bigint): CausewayError {
  return new CausewayError(
    'LOG_RECORD_UNKNOWN',
    `Someone writes into topic ${topic} in Kafka transactions (control record at offset ${offset})`,
    { facts: { topic, offset } },
  );
}

/**
 * The promise's result, or null as soon as the signal is aborted. Not Promise.race with one promise for the signal: that
 * one would keep every result it ever raced with.
 */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  let stop = (): void => undefined;
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await (signal.aborted ? null : Promise.race([promise, aborted]));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

import { AnswerReader } from './answer-reader.ts';
import type { KafkaClient } from './kafka-client.ts';
import { toKafkaError } from './kafka-error.ts';
import { leaderOf } from './log-leader.ts';
import { sendRaw, type RawRequest } from './raw-request.ts';

/**
 * The id that Kafka gave the topic when it was made, 32 hex digits: a topic that was deleted and made anew under the
 * same name has another one.
 */
export function readTopicId(client: KafkaClient, topic: string): Promise<string> {
  return askLeader(client, topic, topicIdRequest(topic));
}

/** Bytes of the log on its leader's disk. */
export function readLogBytes(client: KafkaClient, topic: string): Promise<bigint> {
  return askLeader(client, topic, logBytesRequest(topic));
}

async function askLeader<T>(client: KafkaClient, topic: string, request: RawRequest<T>): Promise<T> {
  const connection = await client.openCluster(topic);
  try {
    return await sendRaw(await leaderOf(connection.cluster, topic), request);
  } catch (error) {
    throw toKafkaError(error, `describe topic ${topic}`, { topic });
  } finally {
    await connection.close();
  }
}

/** Metadata in version 10, the first with ids; kafkajs ends at 6. Lengths of version 9 and later are compact. */
export function topicIdRequest(topic: string): RawRequest<string> {
  const name = Buffer.from(topic, 'utf8');
  const noTags = Buffer.from([0]);
  const oneTopic = compactLength(1);
  const anyId = Buffer.alloc(idBytes);
  const options = Buffer.from([0, 0, 0]);
  return {
    apiKey: 3,
    apiVersion: 10,
    apiName: 'Metadata',
    // The first byte closes the request's header, which kafkajs writes in its older form.
    body: Buffer.concat([noTags, oneTopic, anyId, compactLength(name.length), name, noTags, options, noTags]),
    decode: (body) => decodeTopicId(new AnswerReader(body)),
  };
}

function decodeTopicId(answer: AnswerReader): string {
  answer.skipTags();
  answer.skip(4);
  answer.eachCompact(() => {
    answer.skip(4);
    answer.compactString();
    answer.skip(4);
    answer.compactString();
    answer.skipTags();
  });
  answer.compactString();
  answer.skip(4);
  const topics = answer.compactCount();
  const errorCode = answer.int16();
  if (topics !== 1 || errorCode !== 0)
    throw new Error(`Kafka does not describe the topic (error ${errorCode})`);
  answer.compactString();
  return answer.bytes(idBytes).toString('hex');
}

const idBytes = 16;

/** DescribeLogDirs in version 1, the oldest that Kafka 4 knows. */
export function logBytesRequest(topic: string): RawRequest<bigint> {
  const name = Buffer.from(topic, 'utf8');
  const body = Buffer.alloc(4 + 2 + name.length + 4 + 4);
  body.writeInt32BE(1, 0);
  body.writeInt16BE(name.length, 4);
  name.copy(body, 6);
  // One partition: the first.
  body.writeInt32BE(1, 6 + name.length);
  body.writeInt32BE(0, 10 + name.length);
  return {
    apiKey: 35,
    apiVersion: 1,
    apiName: 'DescribeLogDirs',
    body,
    decode: (answer) => decodeLogBytes(new AnswerReader(answer)),
  };
}

function decodeLogBytes(answer: AnswerReader): bigint {
  let bytes = 0n;
  answer.skip(4);
  answer.each(() => {
    const errorCode = answer.int16();
    if (errorCode !== 0) throw new Error(`Kafka does not tell the sizes of its logs (error ${errorCode})`);
    answer.string();
    answer.each(() => {
      answer.string();
      answer.each(() => {
        answer.skip(4);
        bytes += answer.int64();
        answer.skip(8 + 1);
      });
    });
  });
  return bytes;
}

function compactLength(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length + 1;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

import { AnswerReader } from './answer-reader.ts';
import type { KafkaClient } from './kafka-client.ts';
import { toKafkaError } from './kafka-error.ts';
import { leaderOf } from './log-leader.ts';
import { sendRaw, type RawRequest } from './raw-request.ts';

/** Bytes of the log on its leader's disk. */
export async function readLogBytes(client: KafkaClient, topic: string): Promise<bigint> {
  const connection = await client.openCluster(topic);
  try {
    return await sendRaw(await leaderOf(connection.cluster, topic), logBytesRequest(topic));
  } catch (error) {
    throw toKafkaError(error, `ask for the size of topic ${topic}`, { topic });
  } finally {
    await connection.close();
  }
}

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

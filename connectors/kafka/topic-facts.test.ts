import { expect, it } from 'vitest';
import { logBytesRequest, topicIdRequest } from './topic-facts.ts';

it('reads the id of a topic from an answer with brokers and tags before it', () => {
  const id = '437c51089b80412486a5c2560e757f2f';
  const broker = ['00000001', '0a', Buffer.from('127.0.0.1').toString('hex'), '0000c028', '00', '00'];
  const answer = [
    '00',
    '00000000',
    '02',
    ...broker,
    '00',
    '00000001',
    '02',
    '0000',
    '04',
    '6c6f67',
    id,
    '00',
  ];
  expect(topicIdRequest('log').decode(Buffer.from(answer.join(''), 'hex'))).toBe(id);
});

it('reports a topic that Kafka does not describe', () => {
  const answer = Buffer.from(['00', '00000000', '01', '00', '00000001', '02', '0003'].join(''), 'hex');
  expect(() => topicIdRequest('log').decode(answer)).toThrow('error 3');
});

it('adds up the sizes of a log in all directories', () => {
  const name = '00036c6f67';
  const directory = (bytes: string): string =>
    ['0000', '00022f61', '00000001', name, '00000001', '00000000', bytes, '0000000000000000', '00'].join('');
  const answer = `0000000000000002${directory('0000000100000000')}${directory('0000000000000005')}`;
  expect(logBytesRequest('log').decode(Buffer.from(answer, 'hex'))).toBe(4294967301n);
});

it('fails on an answer that is cut off', () => {
  expect(() => logBytesRequest('log').decode(Buffer.from('00000000000000020000', 'hex'))).toThrow(RangeError);
});

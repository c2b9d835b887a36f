import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { isOffsetOutOfRange, toKafkaError } from './kafka-error.ts';

function protocolError(type: string, retriable: boolean): Error {
  return Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable });
}

function wrapped(cause: Error): Error {
  return new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 1, retryTime: 1 });
}

describe('toKafkaError', () => {
  it('takes a broker that is away, or a leader that changes, for something to try again', () => {
    const errors = [
      new kafkajs.KafkaJSConnectionError('connect ECONNREFUSED'),
      protocolError('NOT_LEADER_FOR_PARTITION', true),
      wrapped(new kafkajs.KafkaJSConnectionError('connect ECONNREFUSED')),
    ];
    for (const error of errors) {
      const mapped = toKafkaError(error, 'read topic x');
      expect(mapped).toMatchObject({ code: 'KAFKA_UNREACHABLE', isRetryable: true });
      expect(mapped.message).toMatch('Kafka could not read topic x');
    }
  });

  it('tells a missing topic, a refusal and a fault of ours apart', () => {
    const code = (error: Error): string => toKafkaError(error, 'read').code;
    expect(code(wrapped(protocolError('UNKNOWN_TOPIC_OR_PARTITION', true)))).toBe('LOG_TOPIC_MISSING');
    expect(code(protocolError('TOPIC_AUTHORIZATION_FAILED', false))).toBe('KAFKA_REFUSED');
    expect(code(new TypeError('x is undefined'))).toBe('INTERNAL');
  });

  it('lets errors of ours pass', () => {
    const error = new CausewayError('LOG_GAP', 'gap');
    expect(toKafkaError(error, 'read')).toBe(error);
  });

  it('knows an offset that the log does not have', () => {
    expect(isOffsetOutOfRange(protocolError('OFFSET_OUT_OF_RANGE', false))).toBe(true);
    expect(isOffsetOutOfRange(protocolError('NOT_LEADER_FOR_PARTITION', true))).toBe(false);
  });
});

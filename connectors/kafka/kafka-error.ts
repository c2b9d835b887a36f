import { CausewayError, type ErrorFacts } from '../../schemas/errors/causeway-error.ts';

/** Names of kafkajs errors that stand for a broker that cannot be reached or does not answer in time. */
const unreachableNames = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSLockTimeout',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSNumberOfRetriesExceeded',
]);

/** Gives whatever kafkajs threw a code of ours. `task` completes the sentence "Kafka could not ...". */
export function toKafkaError(thrown: unknown, task: string, facts: ErrorFacts = {}): CausewayError {
  if (thrown instanceof CausewayError) return thrown;
  const error = innermost(thrown);
  const message = `Kafka could not ${task}: ${error.message}`;
  const details = { cause: thrown, facts };
  if (error.type === 'UNKNOWN_TOPIC_OR_PARTITION')
    return new CausewayError('LOG_TOPIC_MISSING', message, details);
  if (error.retriable || unreachableNames.has(error.name)) {
    return new CausewayError('KAFKA_UNREACHABLE', message, details);
  }
  const code = error.name.startsWith('KafkaJS') ? 'KAFKA_REFUSED' : 'INTERNAL';
  return new CausewayError(code, message, details);
}

/** Whether the log is read from an offset that it does not have. */
export function isOffsetOutOfRange(thrown: unknown): boolean {
  return innermost(thrown).type === 'OFFSET_OUT_OF_RANGE';
}

interface KafkaFailure {
  readonly name: string;
  readonly message: string;
  readonly type: string | null;
  readonly retriable: boolean;
}

/** What kafkajs wraps around the error that ended its retries; the cause tells more. */
const wrapperNames = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError']);

function innermost(thrown: unknown): KafkaFailure {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: String(thrown), type: null, retriable: false };
  }
  if (wrapperNames.has(thrown.name) && thrown.cause instanceof Error) return innermost(thrown.cause);
  return {
    name: thrown.name,
    message: thrown.message,
    type: 'type' in thrown && typeof thrown.type === 'string' ? thrown.type : null,
    retriable: 'retriable' in thrown && thrown.retriable === true,
  };
}

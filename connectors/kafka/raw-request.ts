import type { Broker } from 'kafkajs';

/** A request that kafkajs has no method for: the body without its header, and how to read the answer's body. */
export interface RawRequest<T> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly body: Buffer;
  readonly decode: (body: Buffer) => T;
}

/** What kafkajs's own requests go through. It is not part of its types, and the version of kafkajs is pinned. */
interface ConnectionPool {
  send(request: unknown): Promise<unknown>;
}

export async function sendRaw<T>(broker: Broker, request: RawRequest<T>): Promise<T> {
  const { apiKey, apiVersion, apiName, body } = request;
  let answer: T | undefined;
  await connectionPoolOf(broker).send({
    request: { apiKey, apiVersion, apiName, encode: async () => ({ buf: body, buffer: body }) },
    response: {
      decode: async (raw: Buffer) => {
        answer = request.decode(raw);
        return {};
      },
      parse: async (decoded: unknown) => decoded,
    },
  });
  if (answer === undefined) throw new Error(`Kafka gave no answer to ${apiName}`);
  return answer;
}

function connectionPoolOf(broker: Broker): ConnectionPool {
  const pool: unknown = Reflect.get(broker, 'connectionPool');
  if (isConnectionPool(pool)) return pool;
  throw new Error('This version of kafkajs keeps its connections elsewhere');
}

function isConnectionPool(value: unknown): value is ConnectionPool {
  return typeof value === 'object' && value !== null && 'send' in value && typeof value.send === 'function';
}

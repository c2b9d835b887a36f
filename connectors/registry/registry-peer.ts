import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { JsonPeer, type JsonAnswer } from '../http/json-peer.ts';
import type { RegistryOptions } from './registry-api.ts';

/** Wide tables make schemas of some hundred kilobytes. */
const answerBytesMax = 16 * 1024 * 1024;

/** The HTTP side that both kinds of registry share: limits, retries, and the error for an unreachable one. */
export function registryPeer(options: RegistryOptions, baseUrl: string): JsonPeer {
  return new JsonPeer({
    url: baseUrl,
    timeoutMs: options.timeoutMs ?? 10_000,
    attemptsMax: options.attemptsMax ?? 5,
    retryDelayMs: options.retryDelayMs ?? 100,
    retryDelayMsMax: options.retryDelayMsMax ?? 2_000,
    answerBytesMax,
    isTransient: (status) => status === 429 || status >= 500,
    toUnreachable: (reason, url, cause) =>
      new CausewayError('REGISTRY_UNREACHABLE', `The schema registry at ${url} cannot be used: ${reason}`, {
        cause,
        facts: { url },
      }),
    ...(options.sleep === undefined ? {} : { sleep: options.sleep }),
    ...(options.random === undefined ? {} : { random: options.random }),
  });
}

export function expectSuccess(answer: JsonAnswer, url: string, action: string): void {
  if (answer.status >= 200 && answer.status < 300) return;
  throw unexpectedAnswer(url, action, `status ${answer.status}`);
}

export function parseAnswer<Shape extends z.ZodType>(
  schema: Shape,
  answer: JsonAnswer,
  url: string,
  action: string,
): z.infer<Shape> {
  expectSuccess(answer, url, action);
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw unexpectedAnswer(url, action, 'the answer has another shape');
}

export function unexpectedAnswer(url: string, action: string, reason: string): CausewayError {
  return new CausewayError(
    'REGISTRY_ANSWER_UNEXPECTED',
    `Could not ${action} at the schema registry ${url}: ${reason}`,
    { facts: { url } },
  );
}

export function schemaMissing(url: string, id: number): CausewayError {
  return new CausewayError('REGISTRY_SCHEMA_MISSING', `The schema registry ${url} has no schema ${id}`, {
    facts: { url, schemaId: id },
  });
}

/** Ids fill four bytes of a record. */
export const schemaId = z.number().int().min(0).max(0xffff_ffff);

import { errorCatalogue, type ErrorCode } from './catalogue.ts';

/** What a handler may need to know besides the text: table, key columns, offset, stage. Never row values, never secrets. */
export type ErrorFacts = Readonly<
  Record<string, string | number | bigint | boolean | null | readonly string[]>
>;

export interface ErrorDetails {
  readonly cause?: unknown;
  readonly facts?: ErrorFacts;
  /** Replaces the catalogue's remedy where the place that throws knows a more exact one. */
  readonly remedy?: string;
}

/** The one error class of the project: a stable code, a message for people, and what to do about it. */
export class CausewayError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CausewayError';
    this.code = code;
    this.facts = details.facts ?? {};
    this.remedy = details.remedy ?? errorCatalogue[code].remedy;
  }

  /** Whether trying the same thing again, without a person, can help. */
  get isRetryable(): boolean {
    return errorCatalogue[this.code].isRetryable;
  }
}

/** Wraps whatever was thrown so that a handler always has a code; a CausewayError passes through. */
export function asCausewayError(thrown: unknown, code: ErrorCode = 'INTERNAL'): CausewayError {
  if (thrown instanceof CausewayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CausewayError(code, message, { cause: thrown });
}

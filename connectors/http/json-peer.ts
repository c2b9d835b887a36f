import { setTimeout as delay } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import type { CausewayError } from '../../schemas/errors/causeway-error.ts';

export interface JsonAnswer {
  readonly status: number;
  /** The parsed body; undefined when it is empty or no JSON. */
  readonly body: unknown;
  readonly text: string;
}

export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the peer's base URL, with a leading slash, already percent-encoded. */
  readonly path: string;
  /** An object is sent as JSON, a string as it stands. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface JsonPeerOptions {
  /** May carry user information, which is sent as basic authentication and shown in no message. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  readonly retryDelayMs: number;
  readonly retryDelayMsMax: number;
  readonly answerBytesMax: number;
  readonly isTransient: (status: number) => boolean;
  /** What a transient answer says about itself, fit to be shown. */
  readonly explain?: (answer: JsonAnswer) => string;
  /** Names the error for a peer that cannot be reached, or whose every answer was transient. */
  readonly toUnreachable: (reason: string, url: string, cause: unknown) => CausewayError;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/**
 * One HTTP peer that speaks JSON. Every request has a deadline and a bounded number of attempts; connection errors,
 * time-outs and transient answers are tried again with growing, jittered delays. Callers send only requests that may
 * be repeated.
 */
export class JsonPeer {
  /** The base URL without user information: safe to show. */
  readonly url: string;
  readonly #options: JsonPeerOptions;
  readonly #authorization: string | undefined;

  constructor(options: JsonPeerOptions) {
    const url = new URL(options.url);
    if (url.username !== '') {
      const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      this.#authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
    }
    url.username = '';
    url.password = '';
    this.url = url.href.replace(/\/+$/u, '');
    this.#options = options;
  }

  async send(wanted: JsonRequest): Promise<JsonAnswer> {
    const { attemptsMax, isTransient, toUnreachable } = this.#options;
    for (let attempt = 1; ; attempt++) {
      wanted.signal?.throwIfAborted();
      const outcome = await this.#attempt(wanted);
      if (!(outcome instanceof FailedAttempt) && !isTransient(outcome.status)) return outcome;
      if (attempt >= attemptsMax) {
        if (outcome instanceof FailedAttempt) throw toUnreachable(outcome.reason, this.url, outcome.cause);
        throw toUnreachable(this.#explain(outcome), this.url, undefined);
      }
      await this.#pause(attempt, wanted.signal);
    }
  }

  async #attempt(wanted: JsonRequest): Promise<JsonAnswer | FailedAttempt> {
    const timeoutMs = wanted.timeoutMs ?? this.#options.timeoutMs;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = wanted.signal === undefined ? deadline : AbortSignal.any([deadline, wanted.signal]);
    try {
      const response = await request(this.url + wanted.path, {
        method: wanted.method,
        headers: this.#headers(wanted),
        // The deadline bounds the whole exchange; undici's own shorter limits would cut a slow validation off.
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal,
        ...bodyOf(wanted),
      });
      const text = await readText(response, this.#options.answerBytesMax);
      return { status: response.statusCode, body: parseJson(text), text };
    } catch (error) {
      wanted.signal?.throwIfAborted();
      if (deadline.aborted) return new FailedAttempt(`no answer within ${timeoutMs} ms`, error);
      return new FailedAttempt(describe(error), error);
    }
  }

  #headers(wanted: JsonRequest): Record<string, string> {
    return {
      accept: 'application/json',
      ...(wanted.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
      ...wanted.headers,
    };
  }

  #explain(answer: JsonAnswer): string {
    const detail = this.#options.explain?.(answer) ?? '';
    return `it answered ${answer.status}${detail === '' ? '' : `: ${detail}`}`;
  }

  async #pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
    const { retryDelayMs, retryDelayMsMax, sleep = sleepFor, random = Math.random } = this.#options;
    const full = Math.min(retryDelayMsMax, retryDelayMs * 2 ** (attempt - 1));
    // Between half and the whole: callers that failed together do not come back together.
    await sleep(full * (0.5 + random() / 2), signal);
  }
}

class FailedAttempt {
  readonly reason: string;
  readonly cause: unknown;

  constructor(reason: string, cause: unknown) {
    this.reason = reason;
    this.cause = cause;
  }
}

function bodyOf(wanted: JsonRequest): { body?: string } {
  if (wanted.body === undefined) return {};
  return { body: typeof wanted.body === 'string' ? wanted.body : JSON.stringify(wanted.body) };
}

async function readText(response: Dispatcher.ResponseData, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    const buffer = Buffer.from(chunk as Uint8Array);
    bytes += buffer.length;
    if (bytes > bytesMax) {
      response.body.destroy();
      throw new Error(`the answer is larger than ${bytesMax} bytes`);
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's HTML page or plain text: the caller sees it as `text` and judges by the status.
    return undefined;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  // An AggregateError (several addresses tried) has a code but an empty message.
  return error.message !== '' ? error.message : (code ?? error.name);
}

async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
}

import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** The fields a log line may have besides its text. Values of rows and secrets are none of them. */
export interface LogFields {
  readonly migration?: string;
  readonly role?: string;
  readonly part?: string;
  readonly stage?: string;
  readonly table?: string;
  readonly chunk?: number;
  readonly offset?: bigint;
  readonly marker?: bigint;
  readonly term?: bigint;
  readonly gtid?: string;
  readonly connector?: string;
  readonly topic?: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly durationMs?: number;
  readonly delayMs?: number;
  readonly attempt?: number;
  readonly url?: string;
  readonly holder?: string;
  readonly reason?: string;
  readonly error?: unknown;
}

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  /** What an operator wants to know. */
  info(message: string, fields?: LogFields): void;
  /** It will be tried again. */
  warn(message: string, fields?: LogFields): void;
  /** A person is needed. */
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that each of its lines has. */
  child(fields: LogFields): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly destination: DestinationStream;
  /** Texts that must not show in any line, such as passwords. */
  readonly secrets?: readonly string[];
}

/** JSON lines, one object each. */
export function createLogger(options: LoggerOptions): Logger {
  const secrets = (options.secrets ?? []).filter((secret) => secret !== '').map(jsonText);
  const destination: DestinationStream = {
    write: (line) => options.destination.write(hide(line, secrets)),
  };
  const base = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return wrap(base);
}

/** A log that goes nowhere. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

function wrap(base: PinoLogger): Logger {
  return {
    debug: (message, fields) => base.debug(plain(fields), message),
    info: (message, fields) => base.info(plain(fields), message),
    warn: (message, fields) => base.warn(plain(fields), message),
    error: (message, fields) => base.error(plain(fields), message),
    child: (fields) => wrap(base.child(plain(fields))),
  };
}

function plain(fields: LogFields = {}): Record<string, unknown> {
  const { error, ...rest } = fields;
  return {
    ...Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? value.toString() : value,
      ]),
    ),
    ...(error === undefined ? {} : { error: plainError(error) }),
  };
}

/** How deep causes are followed: a chain longer than this says nothing more. */
const causesMax = 5;

function plainError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause =
    error.cause === undefined || depth >= causesMax ? {} : { cause: plainError(error.cause, depth + 1) };
  if (!(error instanceof CausewayError)) {
    // Detail and query of a database's error may hold values of rows; its message and code are kept.
    const code: unknown = Reflect.get(error, 'code');
    return {
      message: error.message,
      ...(typeof code === 'string' ? { code } : {}),
      stack: error.stack,
      ...cause,
    };
  }
  const facts = Object.fromEntries(
    Object.entries(error.facts).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  );
  return { code: error.code, message: error.message, remedy: error.remedy, facts, ...cause };
}

function jsonText(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

function hide(line: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
}

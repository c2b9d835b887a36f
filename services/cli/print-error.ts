import { maskPassword } from '../../schemas/migration-file/redact-file.ts';
import type { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { OutputFormat } from './cli-context.ts';

/** Code, message, remedy, and why, for people or for scripts. */
export function errorText(error: CausewayError, format: OutputFormat): string {
  if (format !== 'table') {
    const { code, message, remedy } = error;
    return `${JSON.stringify({ error: { code, message, remedy } })}\n`;
  }
  const cause = causeText(error);
  return [
    `${error.code}: ${error.message}`,
    ...(cause === null ? [] : [`  Cause: ${cause}`]),
    `  Remedy: ${error.remedy}`,
    '',
  ].join('\n');
}

/** The innermost cause says what really happened; it may quote a URL, whose password is masked. */
function causeText(error: CausewayError): string | null {
  let cause: unknown = error.cause;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (!(cause instanceof Error) || cause.message === '' || error.message.includes(cause.message)) return null;
  return cause.message
    .split(/\s+/u)
    .map((word) => maskPassword(word))
    .join(' ');
}

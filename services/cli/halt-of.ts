import type { Halt } from '../../connectors/store/migration-rows.ts';
import { errorCatalogue, type ErrorCode } from '../../schemas/errors/catalogue.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** An error as the control store keeps it while a part stands still. */
export function haltOf(error: CausewayError, now: Date = new Date()): Halt {
  const { code, message, remedy, isRetryable } = error;
  return { code, message, remedy, isRetryable, at: now.toISOString() };
}

/** The error of a halt that another part, or another process, has stored. */
export function errorOfHalt(halt: Pick<Halt, 'code' | 'message' | 'remedy'>): CausewayError {
  if (!isErrorCode(halt.code)) {
    return new CausewayError('INTERNAL', `${halt.code}: ${halt.message}`, { remedy: halt.remedy });
  }
  return new CausewayError(halt.code, halt.message, { remedy: halt.remedy });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

import { CausewayError, type ErrorFacts } from '../errors/causeway-error.ts';

export function logGap(message: string, facts: ErrorFacts): CausewayError {
  return new CausewayError('LOG_GAP', message, { facts });
}

import type { ErrorCode } from '../../schemas/errors/catalogue.ts';

/** What the process ends with. Scripts rely on these numbers. */
export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  refused: 3,
  different: 4,
  timeout: 5,
  conflict: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byCode: Partial<Record<ErrorCode, ExitCode>> = {
  USAGE: exitCodes.usage,
  FILE_UNREADABLE: exitCodes.usage,
  FILE_INVALID: exitCodes.usage,
  FILE_EXISTS: exitCodes.usage,
  SETTINGS_INVALID: exitCodes.usage,
  MIGRATION_AMBIGUOUS: exitCodes.usage,
  PREFLIGHT_REFUSED: exitCodes.refused,
  PLAN_REFUSED: exitCodes.refused,
  PLAN_NOT_APPROVED: exitCodes.refused,
  TIMEOUT: exitCodes.timeout,
  FILE_CHANGED: exitCodes.conflict,
  PLAN_CHANGED: exitCodes.conflict,
  INTERRUPTED: exitCodes.interrupted,
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return byCode[code] ?? exitCodes.error;
}

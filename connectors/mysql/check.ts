import { errorCatalogue, type ErrorCode } from '../../schemas/errors/catalogue.ts';
import type { Check } from '../engine.ts';

export function passed(name: string, where: string, what: string): Check {
  return { name, severity: 'ok', where, what, remedy: '', code: null };
}

export function warned(name: string, where: string, what: string, remedy: string): Check {
  return { name, severity: 'warning', where, what, remedy, code: null };
}

/** The remedy is the catalogue's unless the check knows a more exact one. */
export function failed(
  code: ErrorCode,
  name: string,
  where: string,
  what: string,
  remedy: string = errorCatalogue[code].remedy,
): Check {
  return { name, severity: 'error', where, what, remedy, code };
}

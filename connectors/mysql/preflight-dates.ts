import type { SourceTable } from '../../schemas/source-table.ts';
import type { Check } from '../engine.ts';
import { failed, passed } from './check.ts';
import type { ServerSettings } from './preflight-settings.ts';

const dateTypes = new Set(['date', 'datetime', 'timestamp']);

/**
 * Dates that are none must not come to be: capture turns a zero date into NULL, or into 1970-01-01 where NULL is not allowed, and
 * goes past an event with a date such as 2024-02-31. Nothing in the log shows either.
 */
export function checkDates(settings: ServerSettings, tables: readonly SourceTable[]): Check[] {
  const modes = new Set((settings.get('sql_mode') ?? '').split(','));
  const checks = [];
  // The log is read as a whole, so such a date does harm in tables that are not captured, too.
  if (modes.has('ALLOW_INVALID_DATES')) {
    checks.push(
      failed('SOURCE_DATES_UNCHECKED', 'invalid dates', 'server', 'sql_mode has ALLOW_INVALID_DATES'),
    );
  }
  const missing = ['NO_ZERO_DATE', 'NO_ZERO_IN_DATE'].filter((mode) => !modes.has(mode));
  const dated = tables.filter(({ columns }) => columns.some(({ dataType }) => dateTypes.has(dataType)));
  for (const { database, name } of missing.length === 0 ? [] : dated) {
    const what = `has columns with dates, and sql_mode lacks ${missing.join(' and ')}`;
    checks.push(failed('SOURCE_DATES_UNCHECKED', 'zero dates', `${database}.${name}`, what));
  }
  return checks.length > 0 ? checks : [passed('dates', 'server', 'the server refuses dates that are none')];
}

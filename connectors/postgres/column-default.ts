import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { ColumnPlan } from '../../schemas/migration-plan.ts';
import type { ColumnDefault } from '../../schemas/plan/target-plan-sql.ts';
import type { SourceColumn } from '../../schemas/source-table.ts';
import { compileFromText } from '../../schemas/types/exact-from-text.ts';
import { quoteLiteral } from './quote.ts';

/** The PostgreSQL default that gives the same value as MySQL's, or why there is none. */
export function columnDefault(source: SourceColumn, column: ColumnPlan): ColumnDefault {
  if (source.defaultText === null || source.isAutoIncrement) return { sql: null, note: null };
  const now = currentTime(source.defaultText, column);
  if (now !== null) return now;
  if (source.isDefaultExpression) {
    return { sql: null, note: `default expression is not carried: ${source.defaultText}` };
  }
  try {
    return { sql: literalDefault(source.defaultText, column), note: null };
  } catch (error) {
    if (!(error instanceof CausewayError)) throw error;
    return {
      sql: null,
      note: `default ${source.defaultText} is not carried: ${String(error.facts['reason'])}`,
    };
  }
}

function currentTime(text: string, { value }: ColumnPlan): ColumnDefault | null {
  if (!/^(?:current_timestamp|now|localtime|localtimestamp)(?:\(\d?\))?$/i.test(text)) return null;
  if (value.kind === 'instant') return { sql: `CURRENT_TIMESTAMP(${value.fraction})`, note: null };
  if (value.kind !== 'datetime') return null;
  const note = `default ${text}: on the target the current time is that of the session's time zone, as it is on the source`;
  return { sql: `LOCALTIMESTAMP(${value.fraction})`, note };
}

function literalDefault(text: string, column: ColumnPlan): string {
  const exact = compileFromText(column, '')(asReadText(text, column)) ?? '';
  switch (column.value.kind) {
    case 'integer':
    case 'decimal':
      return exact;
    case 'boolean':
      return exact === 't' ? 'true' : 'false';
    case 'bits':
      return `B'${exact}'`;
    case 'float4':
    case 'float8':
    case 'text':
    case 'bytes':
    case 'date':
    case 'datetime':
    case 'instant':
    case 'duration':
    case 'enum':
    case 'set':
    case 'json':
      break;
  }
  return quoteLiteral(exact);
}

/** A default as the catalogue prints it, in the form in which a value of the column is read. */
function asReadText(text: string, { value }: ColumnPlan): string {
  switch (value.kind) {
    case 'boolean':
    case 'bits':
      return /^b'([01]+)'$/.exec(text)?.[1] ?? text;
    case 'bytes':
      return /^0x((?:[0-9A-Fa-f]{2})*)$/.exec(text)?.[1] ?? plainBytes(text);
    case 'float4':
      // The catalogue prints 6 digits of the 4 bytes that are stored.
      return String(Math.fround(Number(text)));
    case 'integer':
    case 'decimal':
    case 'float8':
    case 'text':
    case 'date':
    case 'datetime':
    case 'instant':
    case 'duration':
    case 'enum':
    case 'set':
    case 'json':
      break;
  }
  return text;
}

function plainBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

import type { ColumnPlan } from '../../schemas/migration-plan.ts';
import { quoteIdentifier } from './quote.ts';

/**
 * What to select for a column so that MySQL's text protocol carries its value whole, as `compileFromText` takes it. The
 * session must have charset utf8mb4, `time_zone='+00:00'` and a strict sql_mode without PAD_CHAR_TO_FULL_LENGTH, and its
 * driver must hand over every column's bytes as UTF-8 text (MySQL labels JSON as binary).
 */
export function readExpression(column: ColumnPlan): string {
  const name = quoteIdentifier(column.source.name);
  const { value } = column;
  switch (value.kind) {
    case 'float4':
    case 'float8':
      // A FLOAT prints 6 digits and a DOUBLE(M,D) prints D; the product is a plain DOUBLE, printed as its shortest
      // digits. Adding zero would turn -0 into 0.
      return `${name} * 1e0`;
    case 'boolean':
      return `${name} + 0`;
    case 'bits':
      return `LPAD(BIN(${name} + 0), ${value.length}, '0')`;
    case 'bytes':
      return `HEX(${name})`;
    case 'integer':
    case 'decimal':
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
  return name;
}

import type { ColumnPlan } from '../migration-plan.ts';
import { compileDecimal, compileInteger, float4Text, float8Text, parseFloatText } from './exact-numbers.ts';
import { compileBitText, compileHex } from './exact-bytes.ts';
import { compileJsonFromSource } from './exact-json.ts';
import { compileEnum, compileSet } from './exact-labels.ts';
import { compileText } from './exact-text.ts';
import { compileDatetimeText, compileDateText, compileDurationText } from './exact-times.ts';
import { refuserOf, type RefuseValue } from './refuse-value.ts';
import type { ExactText } from './value-kind.ts';

/**
 * The conversion of one column's values from the text that MySQL sends for `readExpression(column)` to exact text: the
 * same text that `compileFromAvro` gives for the same value. `where` is the table as `database.table`.
 */
export function compileFromText(column: ColumnPlan, where: string): (text: string | null) => ExactText {
  const refuse = refuserOf(column, where);
  const convert = compileConversion(column, refuse);
  if (column.target.isNullable) return (text) => (text === null ? null : convert(text));
  return (text) => (text === null ? refuse('NULL in a column that is NOT NULL') : convert(text));
}

function compileConversion(column: ColumnPlan, refuse: RefuseValue): (text: string) => string {
  const kind = column.value;
  switch (kind.kind) {
    case 'integer':
      return compileInteger(kind.min, kind.max, refuse);
    case 'decimal':
      return compileDecimal(kind.precision, kind.scale, refuse);
    case 'float4':
      return (text) => float4Text(parseFloatText(text, refuse), refuse);
    case 'float8':
      return (text) => float8Text(parseFloatText(text, refuse), refuse);
    case 'boolean':
      return (text) => (text === '1' ? 't' : text === '0' ? 'f' : refuse('neither 0 nor 1'));
    case 'bits':
      return compileBitText(kind.length, refuse);
    case 'text':
      return compileText(kind.charsMax, kind.charset === 'single-byte', refuse);
    case 'bytes':
      return compileHex(kind.bytesMax, kind.padTo, refuse);
    case 'date':
      return compileDateText(refuse);
    case 'datetime':
      return compileDatetimeText(kind.fraction, refuse);
    case 'instant': {
      const convert = compileDatetimeText(kind.fraction, refuse);
      return (text) => `${convert(text)}+00`;
    }
    case 'duration':
      return compileDurationText(kind.fraction, refuse);
    case 'enum':
      return compileEnum(kind.labels, (label) => label, refuse);
    case 'set':
      return compileSet(kind.labels, refuse);
    case 'json':
      break;
  }
  return compileJsonFromSource(refuse);
}

import { CausewayError } from '../errors/causeway-error.ts';
import type { RowField, RowSchema } from '../log-item.ts';
import type { ColumnPlan, TablePlan } from '../migration-plan.ts';
import { avroFieldName } from './avro-field-name.ts';
import { debeziumLabel } from './exact-labels.ts';
import { findMysqlRule } from './mysql-types.ts';

/** Throws SCHEMA_CHANGED when rows of this schema are not rows of the table as it was planned. */
export function checkRowSchema(table: TablePlan, schema: RowSchema): void {
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const differences: string[] = [];
  for (const column of table.columns) {
    const name = avroFieldName(column.source.name);
    const field = fields.get(name);
    const difference = field === undefined ? 'is gone' : differenceOf(table, column, field);
    if (difference !== null) differences.push(`column ${column.source.name} ${difference}`);
    fields.delete(name);
  }
  for (const name of fields.keys()) differences.push(`column ${name} is new`);
  if (differences.length === 0) return;
  throw new CausewayError('SCHEMA_CHANGED', `${table.id} is not as planned: ${differences.join('; ')}`, {
    facts: { table: table.id, differences, schemaId: schema.registryId },
  });
}

function differenceOf(table: TablePlan, column: ColumnPlan, field: RowField): string | null {
  const catalogued = table.catalogue.columns.find(({ name }) => name === column.source.name);
  const rule = catalogued === undefined ? undefined : findMysqlRule(catalogued);
  if (rule === undefined) return 'has a type the plan does not know';
  const fits = rule.shapes.some(
    ({ avroType, connectName }) => avroType === field.avroType && connectName === field.connectName,
  );
  if (!fits) {
    return `is ${column.source.columnType} in the plan but arrives as ${field.connectName ?? field.avroType}`;
  }
  if (field.isNullable && !column.target.isNullable && !isPromotedToNullable(column)) {
    return 'is NOT NULL in the plan but may be NULL now';
  }
  return parameterDifference(column, field);
}

/** Debezium's converter for zero dates makes them NULL and such fields nullable; a NULL that arrives is refused as a value. */
function isPromotedToNullable({ value: { kind } }: ColumnPlan): boolean {
  return kind === 'date' || kind === 'datetime' || kind === 'instant';
}

function parameterDifference({ value }: ColumnPlan, { connectParameters }: RowField): string | null {
  if (value.kind === 'enum' || value.kind === 'set') {
    const allowed = connectParameters['allowed'];
    const planned = value.labels.map(debeziumLabel).join(',');
    return allowed === undefined || allowed === planned ? null : 'has other labels than in the plan';
  }
  if (value.kind === 'bits') {
    const length = connectParameters['length'];
    return length === undefined || length === String(value.length) ? null : `has ${length} bits now`;
  }
  return null;
}

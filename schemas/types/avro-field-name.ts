/**
 * The name under which Debezium puts a column into an Avro record with `field.name.adjustment.mode=avro`: whatever is
 * no ASCII letter, digit or underscore becomes an underscore, and a leading digit gets one before it.
 */
export function avroFieldName(column: string): string {
  // Java counts UTF-16 units, so a character outside the basic plane becomes two underscores.
  const valid = column.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^[0-9]/.test(valid) ? `_${valid}` : valid;
}

/** Columns of one table that would share a field name, grouped; such a table cannot be captured. */
export function collidingColumns(columns: readonly string[]): readonly (readonly string[])[] {
  const byField = new Map<string, string[]>();
  for (const column of columns) {
    const field = avroFieldName(column);
    byField.set(field, [...(byField.get(field) ?? []), column]);
  }
  return [...byField.values()].filter((group) => group.length > 1);
}

/** A name as PostgreSQL takes it literally: always quoted, so case and reserved words do not matter. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new TypeError('an identifier is neither empty nor holds U+0000');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string constant, for statements that take no parameters. A backslash makes it an E'' string, whose meaning no server setting changes. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new TypeError('PostgreSQL text does not hold U+0000');
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

export function qualifiedName(schema: string, table: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

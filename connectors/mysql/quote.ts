/** A name as MySQL takes it literally, whether or not the session has ANSI_QUOTES. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0'))
    throw new TypeError('an identifier is neither empty nor holds U+0000');
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string constant, for statements that take no parameters. The session must not have NO_BACKSLASH_ESCAPES; Causeway's sessions set their sql_mode. */
export function quoteLiteral(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll('\0', String.raw`\0`)}'`;
}

/** A database is MySQL's schema. */
export function qualifiedName(schema: string, table: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

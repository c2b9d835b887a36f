/**
 * Debezium's include lists are comma-separated Java regular expressions, matched as a whole. Names are literals here:
 * every character that could mean something to the list or to the expression is written by its code.
 */
export function includeList(names: readonly string[]): string {
  return names.map(literal).join(',');
}

/** The same for tables, whose full name is `database.table`. */
export function tableIncludeList(
  tables: readonly { readonly database: string; readonly table: string }[],
): string {
  return tables.map(({ database, table }) => `${literal(database)}\\.${literal(table)}`).join(',');
}

function literal(name: string): string {
  // Letters and digits of every script stand for themselves. The rest, commas and blanks among them (the list is
  // split and trimmed before the expression is compiled), is written as Java's \x{...}.
  return name.replaceAll(
    /[^\p{L}\p{N}_]/gu,
    (character) => `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** One element of a PostgreSQL array literal, quoted only where PostgreSQL itself would quote it when it prints the array. */
export function arrayElement(text: string): string {
  if (!needsQuotes.test(text)) return text;
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

// Empty, the word NULL, or a character with a meaning in the literal; the spaces are those PostgreSQL skips.
const needsQuotes = /^$|^null$|[{}",\\ \t\n\v\f\r]/i;

import type { SourceColumn } from '../source-table.ts';

/**
 * Character sets whose characters reach us unchanged on both ways: from the server, which converts them to utf8mb4, and
 * through Debezium, which decodes the binlog's bytes with Java's tables. Others differ in some bytes (koi8u, greek, cp866),
 * are decoded as something else altogether (dec8, swe7), lose a leading U+FEFF (ucs2, utf16, utf32), or have bytes that
 * the server turns into `?` without a word (cp1250, cp1251, cp1257). The legacy multi-byte ones have not been compared.
 * `single-byte`: a byte without a character in Java's table arrives as U+FFFD and is refused.
 */
export const carriedCharsets: ReadonlyMap<string, 'unicode' | 'single-byte'> = new Map([
  ['utf8mb4', 'unicode'],
  ['utf8mb3', 'unicode'],
  ['utf8', 'unicode'],
  ['ascii', 'single-byte'],
  ['latin1', 'single-byte'],
  ['latin2', 'single-byte'],
  ['latin5', 'single-byte'],
  ['latin7', 'single-byte'],
  ['cp850', 'single-byte'],
  ['cp852', 'single-byte'],
  ['koi8r', 'single-byte'],
  ['macce', 'single-byte'],
  ['macroman', 'single-byte'],
]);

/**
 * Why an ENUM's or SET's labels cannot be carried; null when they can. Debezium learns labels from SHOW CREATE TABLE,
 * which shows characters beyond U+FFFF as `?` and escapes backslashes and control characters without saying so.
 */
export function faultOfLabels(column: SourceColumn): string | null {
  if (column.characterSet === 'binary') return 'labels in the character set binary are not carried';
  if (column.labels.length === 0) return 'its labels could not be read';
  if (column.labels.some((label) => label.includes('\\'))) return 'a label with a backslash is not carried';
  if (column.labels.some((label) => /\p{Cc}/u.test(label)))
    return 'a label with a control character is not carried';
  if (column.labels.some((label) => /[\ud800-\udfff]/.test(label))) {
    return 'a label with a character beyond U+FFFF is not carried: MySQL shows it to Debezium as "?"';
  }
  return null;
}

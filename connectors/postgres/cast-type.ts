/**
 * The type that a text parameter is cast to, for a column of the given type.
 *
 * An explicit cast to a type with a length cuts silently ('abc'::varchar(2) is 'ab', a cast to bit means bit(1)), while
 * storing into a column refuses what is too long. So the cast names the type without its length, and the column checks it.
 */
export function castType(columnType: string): string {
  const base = columnType
    .replace(/\([^)]*\)/u, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const element = base.replace(/(?:\[\])+$/u, '');
  const dimensions = base.slice(element.length);
  return (unlimitedTypes.get(element.toLowerCase()) ?? element) + dimensions;
}

/** Types that mean something shorter when they stand without a length. */
const unlimitedTypes = new Map([
  ['bit', 'varbit'],
  ['bit varying', 'varbit'],
  ['char', 'bpchar'],
  ['character', 'bpchar'],
  ['varchar', 'text'],
  ['character varying', 'text'],
]);

/** As castType, for comparing with a key column: the operator must be the one of the column's index. */
export function keyCastType(columnType: string): string {
  // There is no index operator between bit and varbit. A key's exact text has the column's length, so nothing is cut.
  return /^bit\s*\(/iu.test(columnType) ? columnType : castType(columnType);
}

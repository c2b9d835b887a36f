import { CausewayError } from './errors/causeway-error.ts';

/** A table's full name, as patterns match it. */
export interface TableName {
  readonly database: string;
  readonly name: string;
}

/**
 * Chooses tables by patterns `database.table`, in order: a plain pattern takes tables in, one with `!` in front takes
 * them out again, and the last pattern that matches a table decides. `*` stands for any characters, `?` for one, neither
 * across the dot. Names are compared as they are, case included. Every pattern must match something, the excluding ones
 * too: a misspelt `!` would otherwise copy what was meant to stay.
 */
export function chooseTables<T extends TableName>(tables: readonly T[], patterns: readonly string[]): T[] {
  const parsed = patterns.map((text) => parsePattern(text));
  const unmatched = parsed.filter((pattern) => !tables.some((table) => pattern.matches(table)));
  if (unmatched.length > 0) {
    const names = unmatched.map((pattern) => pattern.text);
    throw new CausewayError('NO_TABLE_MATCHES', `no table of the source matches ${names.join(', ')}`, {
      facts: { patterns: names },
    });
  }
  return tables.filter((table) => parsed.findLast((pattern) => pattern.matches(table))?.takesIn === true);
}

interface TablePattern {
  readonly text: string;
  readonly takesIn: boolean;
  matches(table: TableName): boolean;
}

function parsePattern(text: string): TablePattern {
  const glob = text.startsWith('!') ? text.slice(1) : text;
  // Without a dot the pattern can match no full name and is reported as matching nothing.
  const dot = glob.indexOf('.');
  const database = globToRegExp(dot < 0 ? '' : glob.slice(0, dot));
  const name = globToRegExp(dot < 0 ? '' : glob.slice(dot + 1));
  return {
    text,
    takesIn: !text.startsWith('!'),
    matches: (table) => database.test(table.database) && name.test(table.name),
  };
}

function globToRegExp(glob: string): RegExp {
  const source = glob.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, (character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : `\\${character}`;
  });
  return new RegExp(`^${source}$`, 'su');
}

/** A table as a statement names it: with its database where the statement gives one. */
export type NameInDdl = readonly [table: string] | readonly [database: string, table: string];

/**
 * The tables that RENAME TABLE and ALTER TABLE start from. The record of a rename names the new table only; the old one,
 * which may be a captured one, stands nowhere but in the statement. Other statements name their tables beside the text.
 */
export function renamedTables(ddl: string): NameInDdl[] {
  const tokens = tokenize(ddl);
  const verb = keyword(tokens[0]);
  const table = tokens.findIndex((token) => /^tables?$/.test(keyword(token)));
  if (table === -1 || (verb !== 'rename' && verb !== 'alter')) return [];
  const names = namesIn(tokens.slice(table + 1));
  // ALTER TABLE names its table first; whatever follows may be columns.
  return verb === 'rename' ? names : names.slice(0, 1);
}

type Token = { readonly kind: 'word' | 'quoted' | 'dot' | 'other'; readonly text: string };

const tokenPattern = /`((?:[^`]|``)*)`|"((?:[^"]|"")*)"|([\p{L}\p{N}_$\u0080-\uffff]+)|(\.)|([^\s])/gu;
/** Ordinary comments go; of version comments, which the server runs, the content stays. */
const commentPattern = /\/\*!\d*|\*\/|\/\*[\s\S]*?\*\/|--[\s][^\n]*|#[^\n]*/g;
/** Comment marks inside quotes are part of a name. */
const quotedOrCommentPattern = new RegExp(
  `(\`(?:[^\`]|\`\`)*\`|"(?:[^"]|"")*"|'(?:[^'\\\\]|''|\\\\.)*')|${commentPattern.source}`,
  'g',
);

function tokenize(ddl: string): Token[] {
  const bare = ddl.replace(quotedOrCommentPattern, (_match, quoted?: string) => quoted ?? ' ');
  return [...bare.matchAll(tokenPattern)].map(([whole, ticked, quoted, word, dot]): Token => {
    if (ticked !== undefined) return { kind: 'quoted', text: ticked.replaceAll('``', '`') };
    if (quoted !== undefined) return { kind: 'quoted', text: quoted.replaceAll('""', '"') };
    if (word !== undefined) return { kind: 'word', text: word };
    return { kind: dot === undefined ? 'other' : 'dot', text: whole };
  });
}

const noNames = new Set(['to', 'if', 'exists', 'wait', 'nowait']);

function namesIn(tokens: readonly Token[]): NameInDdl[] {
  const names: NameInDdl[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || !isName(token)) continue;
    const table = tokens[at + 1]?.kind === 'dot' ? tokens[at + 2] : undefined;
    if (table === undefined) {
      names.push([token.text]);
    } else {
      names.push([token.text, table.text]);
      at += 2;
    }
  }
  return names;
}

function isName(token: Token): boolean {
  return token.kind === 'quoted' || (token.kind === 'word' && !noNames.has(keyword(token)));
}

function keyword(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toLowerCase() : '';
}

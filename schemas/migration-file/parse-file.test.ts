import { describe, expect, it } from 'vitest';
import { CausewayError } from '../errors/causeway-error.ts';
import { faultText } from './file-fault.ts';
import { checkMigrationFile, parseMigrationFile } from './parse-file.ts';

const good = `version: 1
migration: shop
source:
  engine: mysql
  url: mysql://root:\${env:PW}@127.0.0.1:3306
target:
  engine: postgres
  url: postgres://app:secret@127.0.0.1:5432/app
tables:
  - shop.*
  - "!shop.tmp_*"
`;
const sources = { env: { PW: 'p@ss/w:rd' }, readFile: () => undefined };

function faultsOf(text: string): string[] {
  const outcome = checkMigrationFile(text, sources);
  return 'faults' in outcome ? outcome.faults.map((fault) => faultText(fault, 'f')) : [];
}

describe('parseMigrationFile', () => {
  it('fills in defaults and percent-encodes a password that comes by reference', () => {
    const { file } = parseMigrationFile(good, 'f', sources);
    expect(new URL(file.source.url).password).toBe('p%40ss%2Fw%3Ard');
    expect(file.target.schema).toBe('public');
    expect(file.plan.approve).toBe('manual');
    expect(file.limits.backfill).toEqual({ readers: 4, chunkRows: 50_000 });
  });

  it('keeps references and masks written passwords in what may be stored', () => {
    const { redacted } = parseMigrationFile(good, 'f', sources);
    expect(redacted).toMatchObject({
      source: { url: 'mysql://root:${env:PW}@127.0.0.1:3306' },
      target: { url: 'postgres://app:***@127.0.0.1:5432/app' },
      limits: { apply: { lingerMs: 50 } },
    });
    expect(JSON.stringify(redacted)).not.toContain('secret');
  });

  it('tells all faults at once, each with line, column and path', () => {
    const wrong = good
      .replace('migration: shop', 'migration: Shop!')
      .replace('shop.*', 'nonsense')
      .replace('env:PW', 'env:NOPE')
      .concat('limits:\n  backfill: { readers: 0 }\n');
    expect(faultsOf(wrong)).toEqual([
      'f:2:1: migration: must be 1 to 41 of a-z, 0-9, _ and -, starting with a letter',
      'f:5:3: source.url: environment variable NOPE is not set',
      'f:10:5: tables[0]: must be database.table, with * and ? as wildcards, ! in front to exclude',
      'f:13:15: limits.backfill.readers: must be at least 1',
    ]);
  });

  it.each([
    ['a misspelt key', good.replace('tables:', 'tabels:'), 'tabels: is not known here; did you mean tables?'],
    ['a key far from any known', `${good}zebra: 1\n`, 'zebra: is not known here; known are version'],
    ['a missing key', good.replace('version: 1\n', ''), 'version: is missing'],
    ['another version', good.replace('version: 1', 'version: 2'), 'version: must be 1'],
    [
      'an engine that is not offered',
      good.replace('engine: mysql', 'engine: oracle'),
      'source.engine: must be mysql',
    ],
    ['a wrong scheme', good.replace('mysql://', 'http://'), 'source.url: must start with mysql://'],
    ['a target without database', good.replace(':5432/app', ':5432'), 'target.url: names no database'],
    ['a URL without user', good.replace('root:${env:PW}@', ''), 'source.url: names no user'],
    ['no table', good.replace(/tables:[\s\S]*/u, 'tables: []\n'), 'tables: must name at least one table'],
    ['a key given twice', `${good}version: 1\n`, 'unique'],
    [
      'a reserved schema',
      good.replace('5432/app\n', '5432/app\n  schema: causeway\n'),
      'target.schema: is reserved',
    ],
    ['a broken reference', good.replace('${env:PW}', '${PW}'), '${PW} is no reference'],
    ['a file that is not there', good.replace('${env:PW}', '${file:/nope}'), 'file /nope cannot be read'],
    [
      'a list in place of a map',
      good.replace(/source:[\s\S]*?target/u, 'source: []\ntarget'),
      'source: must be a map of keys',
    ],
    ['a tab where YAML wants blanks', good.replace('  engine: mysql', '\tengine: mysql'), 'f:4'],
    ['an unknown tag', good.replace('migration: shop', 'migration: !secret shop'), 'f:2:12'],
  ])('names %s', (_name, text, expected) => {
    expect(faultsOf(text).join('\n')).toContain(expected);
  });

  it('never repeats a URL that holds a password', () => {
    const faults = faultsOf(good.replace('postgres://app:secret@127.0.0.1:5432/app', 'app:secret@@@'));
    expect(faults).toHaveLength(1);
    expect(faults.join()).not.toContain('secret');
  });

  it('throws FILE_INVALID with the faults as facts', () => {
    const attempt = (): unknown => parseMigrationFile('version: 1\n', 'f', sources);
    expect(attempt).toThrow(CausewayError);
    expect(attempt).toThrow(/migration: is missing/u);
  });

  it('reads a secret from a file without its last line break', () => {
    const text = good.replace('${env:PW}', '${file:pw}');
    const { file } = parseMigrationFile(text, 'f', { env: {}, readFile: () => 'geheim\n' });
    expect(new URL(file.source.url).password).toBe('geheim');
  });

  it.each([
    ['an alias', 'a: &a [x]\ntables: *a\n', 'f:2:9: *a is an alias'],
    ['a tree that contains itself', 'tables: &t [*t]\n', 'f:1:13: *t is an alias'],
    ['a key that is a list', '? [a, b]\n: 1\n', 'f:1:3: a key must be a text'],
    ['a key that is a number', '1: 2\n', 'f:1:1: a key must be a text'],
    ['no key at all', '? \n: 1\n', 'a key must be a text'],
  ])('refuses %s as a fault with its place', (_name, text, fault) => {
    expect(faultsOf(text).join('\n')).toContain(fault);
  });

  it('refuses aliases that would expand to a tree of a million', () => {
    const levels = 'abcdefg'.split('').map((name, at, names) => {
      const inside = at === 0 ? 'x' : `*${names[at - 1]}`;
      return `${name}: &${name} [${Array.from({ length: 10 }, () => inside).join(', ')}]`;
    });
    expect(faultsOf(levels.join('\n'))).toHaveLength(60);
  });

  it.each(['mysql://u:100%@h:1', 'mysql://u%:p@h:1', 'mysql://u:p%zz@h:1/%'])(
    'refuses %s, whose percent signs encode nothing, without repeating it',
    (url) => {
      const faults = faultsOf(good.replace('mysql://root:${env:PW}@127.0.0.1:3306', url)).join('\n');
      expect(faults).toContain('source.url: has a % that encodes nothing');
      expect(faults).not.toContain('100%');
    },
  );
});

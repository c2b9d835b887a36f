import { describe, expect, it } from 'vitest';
import * as mysql from '../mysql/quote.ts';
import * as postgres from './quote.ts';

describe('quoting for PostgreSQL', () => {
  it.each([
    ['order', '"order"'],
    ['a"b', '"a""b"'],
    ['名前', '"名前"'],
  ])('name %s is %s', (name, quoted) => {
    expect(postgres.quoteIdentifier(name)).toBe(quoted);
  });

  it.each([
    ["it's", "'it''s'"],
    [String.raw`a\'b`, String.raw`E'a\\''b'`],
  ])('text %s is %s', (text, quoted) => {
    expect(postgres.quoteLiteral(text)).toBe(quoted);
  });

  it('qualifies a table with its schema', () => {
    expect(postgres.qualifiedName('shop', 'a.b')).toBe('"shop"."a.b"');
  });

  it.each(['', 'a\0b'])('refuses the name %j', (name) => {
    expect(() => postgres.quoteIdentifier(name)).toThrow(TypeError);
  });
});

describe('quoting for MySQL', () => {
  it('doubles backticks in names', () => {
    expect(mysql.qualifiedName('shop', 'a`b')).toBe('`shop`.`a``b`');
  });

  it('escapes quotes, backslashes and U+0000 in texts', () => {
    expect(mysql.quoteLiteral("it's \\ \0")).toBe(String.raw`'it''s \\ \0'`);
  });
});

import { describe, expect, it } from 'vitest';
import { changeText, compareFiles } from './compare-files.ts';

const stored = {
  tables: ['shop.*', '!shop.tmp'],
  source: { url: 'mysql://a:***@h' },
  limits: { backfill: { readers: 4 } },
};

describe('compareFiles', () => {
  it('finds nothing between equal files, whatever the order of their keys', () => {
    const same = {
      limits: { backfill: { readers: 4 } },
      tables: ['shop.*', '!shop.tmp'],
      source: { url: 'mysql://a:***@h' },
    };
    expect(compareFiles(stored, same)).toEqual([]);
  });

  it('names each difference by its path, and limits alone as live', () => {
    const changed = {
      tables: ['shop.*'],
      source: { url: 'mysql://a:***@other' },
      limits: { backfill: { readers: 8 } },
      http: { port: 1 },
    };
    expect(compareFiles(stored, changed).map((change) => [changeText(change), change.isLive])).toEqual([
      ['tables[1]: "!shop.tmp" -> (none)', false],
      ['source.url: "mysql://a:***@h" -> "mysql://a:***@other"', false],
      ['limits.backfill.readers: 4 -> 8', true],
      ['http: (none) -> {"port":1}', false],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { sourceColumn, textColumn } from '../plan/source-fixture.ts';
import type { SourceColumn } from '../source-table.ts';
import { mapMysqlColumn } from './map-mysql-column.ts';

type Given = Partial<SourceColumn>;

const carried: readonly (readonly [Given, string])[] = [
  [{ dataType: 'tinyint', columnType: 'tinyint(1)' }, 'smallint'],
  [{ dataType: 'tinyint', isUnsigned: true }, 'smallint'],
  [{ dataType: 'smallint' }, 'smallint'],
  [{ dataType: 'smallint', isUnsigned: true }, 'integer'],
  [{ dataType: 'mediumint' }, 'integer'],
  [{ dataType: 'mediumint', isUnsigned: true }, 'integer'],
  [{ dataType: 'int' }, 'integer'],
  [{ dataType: 'int', isUnsigned: true }, 'bigint'],
  [{ dataType: 'bigint' }, 'bigint'],
  [{ dataType: 'bigint', isUnsigned: true }, 'numeric(20,0)'],
  [{ dataType: 'decimal', numericPrecision: 65, numericScale: 30 }, 'numeric(65,30)'],
  [{ dataType: 'float' }, 'real'],
  [{ dataType: 'double' }, 'double precision'],
  [{ dataType: 'bit', length: 1 }, 'boolean'],
  [{ dataType: 'bit', length: 64 }, 'bit(64)'],
  [{ dataType: 'char', length: 3, characterSet: 'ascii' }, 'varchar(3)'],
  [{ dataType: 'varchar', length: 16383, characterSet: 'utf8mb4' }, 'varchar(16383)'],
  [{ dataType: 'varchar', length: 0, characterSet: 'utf8mb4' }, 'text'],
  [{ dataType: 'longtext', length: 4294967295, characterSet: 'utf8mb3' }, 'text'],
  [{ dataType: 'binary', length: 16 }, 'bytea'],
  [{ dataType: 'varbinary', length: 255 }, 'bytea'],
  [{ dataType: 'longblob', length: 4294967295 }, 'bytea'],
  [{ dataType: 'date' }, 'date'],
  [{ dataType: 'datetime', fractionDigits: 0 }, 'timestamp(0) without time zone'],
  [{ dataType: 'datetime', fractionDigits: 6 }, 'timestamp(6) without time zone'],
  [{ dataType: 'timestamp', fractionDigits: 3 }, 'timestamp(3) with time zone'],
  [{ dataType: 'time', fractionDigits: 6 }, 'interval(6)'],
  [{ dataType: 'year' }, 'smallint'],
  [{ dataType: 'enum', labels: ['a', 'b,c', "it's"], characterSet: 'utf8mb4' }, 'text'],
  [{ dataType: 'set', labels: ['a', 'b'], characterSet: 'utf8mb4' }, 'text[]'],
  [{ dataType: 'json' }, 'jsonb'],
];

const refused: readonly (readonly [Given, string])[] = [
  [{ dataType: 'geometry' }, 'spatial types are not carried'],
  [{ dataType: 'geomcollection' }, 'spatial types are not carried'],
  [{ dataType: 'vector' }, 'vectors are not carried'],
  [{ dataType: 'hyperloglog' }, 'type hyperloglog is not known'],
  [{ generated: 'virtual' }, 'virtual generated columns are not carried'],
  [{ generated: 'stored' }, 'stored generated columns are not carried'],
  [{ dataType: 'varchar', length: 5, characterSet: 'gb18030' }, 'character set gb18030 is not carried'],
  [{ dataType: 'enum', labels: ['a\\b'] }, 'a label with a backslash is not carried'],
  [{ dataType: 'enum', labels: ['a\nb'] }, 'a label with a control character is not carried'],
  [
    { dataType: 'enum', labels: ['🦆'] },
    'a label with a character beyond U+FFFF is not carried: MySQL shows it to Debezium as "?"',
  ],
  [
    { dataType: 'enum', labels: ['a'], characterSet: 'binary' },
    'labels in the character set binary are not carried',
  ],
  [{ dataType: 'set', labels: ['', 'a'] }, 'SET with an empty label: it cannot be told from no label'],
];

describe('mapMysqlColumn', () => {
  it.each(carried)('%j becomes %s', (given, targetType) => {
    expect(mapMysqlColumn(sourceColumn({ name: 'c', ...given }))).toMatchObject({ targetType });
  });

  it.each(refused)('%j is refused: %s', (given, reason) => {
    expect(mapMysqlColumn(sourceColumn({ name: 'c', ...given }))).toEqual({ refused: reason });
  });

  it('notes that rounding of FLOAT(M,D) and DOUBLE(M,D) is left behind', () => {
    const column = sourceColumn({ name: 'c', dataType: 'float', columnType: 'float(7,4)', numericScale: 4 });
    expect(mapMysqlColumn(column)).toMatchObject({
      notes: ['float(7,4): PostgreSQL does not round to 4 digits on write'],
    });
  });

  it('remembers that a latin1 column cannot hold U+FFFD', () => {
    expect(mapMysqlColumn(textColumn({ name: 'c', characterSet: 'latin1' }))).toMatchObject({
      value: { kind: 'text', charsMax: 40, charset: 'single-byte' },
    });
  });
});

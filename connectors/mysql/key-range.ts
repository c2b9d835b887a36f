import type { ChunkRange, KeyBound } from '../engine.ts';
import type { KeyColumn, KeyOperator, SqlPart } from './key-column.ts';

/**
 * The condition for rows of a range: key > after and key <= upTo in the index's order. Two ranges that share a bound
 * never overlap and leave nothing between them, because the server makes both comparisons under the same order.
 * The row comparison is spelled out column by column: MySQL does not use an index for `(a, b) > (x, y)`.
 */
export function rangeCondition(columns: readonly KeyColumn[], range: ChunkRange): SqlPart {
  const parts: SqlPart[] = [];
  if (range.after !== null) parts.push(compareRow(columns, range.after, 'after'));
  if (range.upTo !== null) parts.push(compareRow(columns, range.upTo, 'up-to'));
  return parts.length === 0 ? { sql: 'TRUE', values: [] } : join(parts, ' AND ');
}

/** True when any part of the bound became NULL as a constant, which would make every comparison with it unknown. */
export function lostBoundQuery(columns: readonly KeyColumn[], bound: KeyBound): SqlPart {
  const parts = columns.map((column, position) => {
    const constant = column.boundSql(boundAt(bound, position));
    return { sql: `(${constant.sql}) IS NULL`, values: constant.values };
  });
  const any = join(parts, ' OR ');
  return { sql: `SELECT ${any.sql}`, values: any.values };
}

function compareRow(columns: readonly KeyColumn[], bound: KeyBound, side: 'after' | 'up-to'): SqlPart {
  const alternatives = columns.map((column, position) => {
    const equal = columns
      .slice(0, position)
      .map((before, index) => before.compare('=', boundAt(bound, index)));
    const isLast = position === columns.length - 1;
    return join([...equal, ...strictly(column, boundAt(bound, position), side, isLast)], ' AND ');
  });
  const any = join(alternatives, ' OR ');
  return { sql: `(${any.sql})`, values: any.values };
}

/** The comparison of the column that decides; the upper bound's last column takes the bound itself in. */
function strictly(column: KeyColumn, bound: string, side: 'after' | 'up-to', isLast: boolean): SqlPart[] {
  const isGreater = (side === 'after') !== column.isDescending;
  const operator: KeyOperator = isGreater ? '>' : '<';
  const compared = column.compare(operator, bound);
  if (side === 'after' || !isLast) return [compared];
  const equal = column.compare('=', bound);
  if (operator === '<') return [column.compare('<=', bound)];
  return [{ sql: `(${compared.sql} OR ${equal.sql})`, values: [...compared.values, ...equal.values] }];
}

function boundAt(bound: KeyBound, position: number): string {
  const text = bound[position];
  if (text === undefined) throw new Error('the bound has fewer columns than the key');
  return text;
}

function join(parts: readonly SqlPart[], word: ' AND ' | ' OR '): SqlPart {
  const sql = parts
    .map((part) => (parts.length > 1 && word === ' OR ' ? `(${part.sql})` : part.sql))
    .join(word);
  return { sql, values: parts.flatMap((part) => part.values) };
}

import { CausewayError } from './errors/causeway-error.ts';
import {
  addNumber,
  intervalsContain,
  intervalsInclude,
  mergeIntervals,
  type Interval,
} from './gtid-intervals.ts';
import { parseGtid, type Gtid } from './gtid.ts';

/**
 * How many intervals are kept for one origin. Transactions that the log does not carry (DDL outside the captured
 * databases) leave holes, and the set is part of every checkpoint, so it must not grow for ever. Beyond this number the
 * holes with the lowest numbers are closed: those transactions count as taken in although they were not seen. An origin
 * numbers its transactions in the order in which they reach the log, so a hole a thousand holes back is one that the
 * log will never fill; without the limit each commit would write a longer checkpoint than the one before.
 */
export const intervalsPerOriginMax = 1000;

/** A set of MySQL transactions, in the notation of `@@gtid_executed`; also with tags. Numbers never lose a digit. */
export class GtidSet {
  readonly #byOrigin = new Map<string, Interval[]>();

  /** Accepts what MySQL prints, with any white space and letter case, and the empty text. */
  static parse(text: string): GtidSet {
    const set = new GtidSet();
    const cleaned = text.replace(/\s+/g, '').toLowerCase();
    for (const part of cleaned.split(',')) {
      if (part !== '') set.#parseServer(part);
    }
    for (const [origin, intervals] of set.#byOrigin)
      set.#byOrigin.set(origin, bounded(mergeIntervals(intervals)));
    return set;
  }

  /** Adds one transaction; whether it was new. */
  add(gtid: Gtid | string): boolean {
    const { origin, number } = typeof gtid === 'string' ? parseGtid(gtid) : gtid;
    const intervals = this.#byOrigin.get(origin);
    if (intervals === undefined) {
      this.#byOrigin.set(origin, [{ from: number, to: number }]);
      return true;
    }
    if (intervalsContain(intervals, number)) return false;
    addNumber(intervals, number);
    bounded(intervals);
    return true;
  }

  contains(gtid: Gtid | string): boolean {
    const { origin, number } = typeof gtid === 'string' ? parseGtid(gtid) : gtid;
    const intervals = this.#byOrigin.get(origin);
    return intervals !== undefined && intervalsContain(intervals, number);
  }

  /** Whether every transaction of `part` is in this set. */
  includes(part: GtidSet): boolean {
    for (const [origin, intervals] of part.#byOrigin) {
      if (!intervalsInclude(this.#byOrigin.get(origin) ?? [], intervals)) return false;
    }
    return true;
  }

  /** A new set; the operands stay as they are. */
  union(other: GtidSet): GtidSet {
    const result = new GtidSet();
    for (const origin of new Set([...this.#byOrigin.keys(), ...other.#byOrigin.keys()])) {
      const all = [...(this.#byOrigin.get(origin) ?? []), ...(other.#byOrigin.get(origin) ?? [])];
      result.#byOrigin.set(origin, bounded(mergeIntervals(all)));
    }
    return result;
  }

  equals(other: GtidSet): boolean {
    return this.toString() === other.toString();
  }

  /** MySQL's notation, canonical: servers in order, of each the untagged intervals first, then its tags in order. */
  toString(): string {
    const byServer = new Map<string, string>();
    for (const origin of [...this.#byOrigin.keys()].sort()) {
      const [server = '', tag] = origin.split(':');
      const intervals = (this.#byOrigin.get(origin) ?? []).map(printInterval).join(':');
      const text = tag === undefined ? intervals : `${tag}:${intervals}`;
      byServer.set(server, `${byServer.get(server) ?? server}:${text}`);
    }
    return [...byServer.values()].join(',');
  }

  #parseServer(text: string): void {
    const [server = '', ...parts] = text.split(':');
    if (!serverPattern.test(server) || parts.length === 0) throw notASet(text);
    let origin = server;
    for (const part of parts) {
      if (tagPattern.test(part)) {
        origin = `${server}:${part}`;
        continue;
      }
      const interval = parseInterval(part, text);
      const intervals = this.#byOrigin.get(origin);
      if (intervals === undefined) this.#byOrigin.set(origin, [interval]);
      else intervals.push(interval);
    }
    if (tagPattern.test(parts.at(-1) ?? '')) throw notASet(text);
  }
}

const serverPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const tagPattern = /^[a-z_][a-z0-9_]{0,31}$/;
const intervalPattern = /^([1-9][0-9]{0,18})(?:-([1-9][0-9]{0,18}))?$/;

function parseInterval(text: string, whole: string): Interval {
  const [, first, last] = intervalPattern.exec(text) ?? [];
  if (first === undefined) throw notASet(whole);
  const from = BigInt(first);
  const to = last === undefined ? from : BigInt(last);
  if (to < from) throw notASet(whole);
  return { from, to };
}

function printInterval({ from, to }: Interval): string {
  return from === to ? String(from) : `${from}-${to}`;
}

/** Closes the holes with the lowest numbers, in place. */
function bounded(intervals: Interval[]): Interval[] {
  const excess = intervals.length - intervalsPerOriginMax;
  const first = intervals[0];
  const last = intervals[excess];
  if (excess > 0 && first !== undefined && last !== undefined) {
    intervals.splice(0, excess + 1, { from: first.from, to: last.to });
  }
  return intervals;
}

function notASet(text: string): CausewayError {
  return new CausewayError('LOG_WITHOUT_GTID', `"${text.slice(0, 200)}" is no GTID set`, {
    facts: { position: text.slice(0, 200) },
  });
}

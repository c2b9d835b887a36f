/** Numbers `from` to `to`, both inside. */
export interface Interval {
  readonly from: bigint;
  readonly to: bigint;
}

/** Sorted, neither overlapping nor touching. */
export type Intervals = readonly Interval[];

export function intervalsContain(intervals: Intervals, number: bigint): boolean {
  const candidate = intervals[lastStartingAtOrBelow(intervals, number)];
  return candidate !== undefined && number <= candidate.to;
}

/** Adds one number in place. */
export function addNumber(intervals: Interval[], number: bigint): void {
  const at = lastStartingAtOrBelow(intervals, number);
  const below = intervals[at];
  const above = intervals[at + 1];
  if (below !== undefined && number <= below.to) return;
  const touchesBelow = below !== undefined && below.to + 1n === number;
  const touchesAbove = above !== undefined && above.from - 1n === number;
  if (touchesBelow && touchesAbove) intervals.splice(at, 2, { from: below.from, to: above.to });
  else if (touchesBelow) intervals[at] = { from: below.from, to: number };
  else if (touchesAbove) intervals[at + 1] = { from: number, to: above.to };
  else intervals.splice(at + 1, 0, { from: number, to: number });
}

/** Sorts and merges whatever order, overlaps and neighbours there are. */
export function mergeIntervals(unsorted: Intervals): Interval[] {
  const sorted = [...unsorted].sort((left, right) => compareBigints(left.from, right.from));
  const merged: Interval[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last === undefined || interval.from > last.to + 1n) merged.push(interval);
    else if (interval.to > last.to) merged[merged.length - 1] = { from: last.from, to: interval.to };
  }
  return merged;
}

/** Whether every number of `part` is in `whole`. */
export function intervalsInclude(whole: Intervals, part: Intervals): boolean {
  return part.every(({ from, to }) => {
    const candidate = whole[lastStartingAtOrBelow(whole, from)];
    return candidate !== undefined && to <= candidate.to;
  });
}

function lastStartingAtOrBelow(intervals: Intervals, number: bigint): number {
  // Numbers nearly always come in order: the last interval is the one.
  let low = 0;
  let high = intervals.length - 1;
  const last = intervals[high];
  if (last === undefined || last.from <= number) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const interval = intervals[middle];
    if (interval !== undefined && interval.from <= number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function compareBigints(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

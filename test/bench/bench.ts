/** One row of a benchmark's table: a name and its figures, by column. */
export interface FigureRow {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
}

export interface BenchResult {
  /** What was run, for people. */
  readonly conditions: readonly string[];
  readonly rows: readonly FigureRow[];
  /** The closing JSON line: flat, with the peer and the ratio to it. */
  readonly summary: Readonly<Record<string, string | number>>;
}

/** A measurement against a peer or the raw limit in the same run. It throws when what it measured was not right. */
export interface Bench {
  readonly name: string;
  readonly what: string;
  run(say: (line: string) => void): Promise<BenchResult>;
}

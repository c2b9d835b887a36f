import { SeededRandom } from './seeded-random.ts';

/**
 * The cells of a matrix that this run tests: all of them in a full run (or one by name), a few chosen by the run's seed in
 * the ordinary one. The seed is printed, so a run can be repeated.
 */
export function sampled<Cell>(
  cells: readonly Cell[],
  count: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly Cell[] {
  const seedText = env['CAUSEWAY_TEST_SEED'];
  if (seedText === undefined || seedText === '') return cells;
  const random = new SeededRandom(Number(seedText));
  const left = [...cells];
  while (left.length > count) left.splice(random.integer(0, left.length - 1), 1);
  return left;
}

import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** One unit of a full run: passed cells are not run again while the tree is the same. */
export interface Cell {
  readonly id: string;
  readonly file: string;
  /** One test of the file; null for the whole file. */
  readonly test: string | null;
}

const listSchema = z.array(z.object({ name: z.string(), file: z.string() }));
const listBytesMax = 64 * 1024 * 1024;

/**
 * The cells of a family, which is a folder below test/. Where tests of a file share one set-up the file is a cell; files
 * of a matrix (`*.cells.test.ts`) have a cell for each test.
 */
export async function listCells(root: string, family: string): Promise<Cell[]> {
  const { stdout } = await promisify(execFile)(
    'npx',
    ['vitest', 'list', `test/${family}/`, '--project', 'integration', '--json'],
    { cwd: root, maxBuffer: listBytesMax },
  );
  const json = stdout.slice(stdout.indexOf('['));
  return cellsOf(
    listSchema.parse(JSON.parse(json)).map(({ name, file }) => ({ name, file: relative(root, file) })),
  );
}

export function cellsOf(tests: readonly { readonly name: string; readonly file: string }[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { name, file } of tests) {
    const isMatrix = file.endsWith('.cells.test.ts');
    const id = isMatrix ? `${file}: ${name}` : file;
    cells.set(id, { id, file, test: isMatrix ? name : null });
  }
  return [...cells.values()];
}

/** Vitest's filter for exactly this test: it matches a pattern against the names of suites and test joined by a space. */
export function testPattern(name: string): string {
  return `^${name.replaceAll(' > ', ' ').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`;
}

import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const stateSchema = z.object({ tree: z.string(), passed: z.array(z.string()) });
const diffBytesMax = 256 * 1024 * 1024;

/** What a full run has passed so far, for one state of the tree; another tree starts from nothing. */
export class PassedCells {
  readonly #path: string;
  readonly #tree: string;
  readonly #passed: Set<string>;

  private constructor(path: string, tree: string, passed: readonly string[]) {
    this.#path = path;
    this.#tree = tree;
    this.#passed = new Set(passed);
  }

  static async load(path: string, tree: string): Promise<PassedCells> {
    const text = await readFile(path, 'utf8').catch(() => null);
    const state = text === null ? null : stateSchema.parse(JSON.parse(text));
    return new PassedCells(path, tree, state?.tree === tree ? state.passed : []);
  }

  has(id: string): boolean {
    return this.#passed.has(id);
  }

  async add(id: string): Promise<void> {
    this.#passed.add(id);
    await mkdir(dirname(this.#path), { recursive: true });
    await writeFile(
      this.#path,
      `${JSON.stringify({ tree: this.#tree, passed: [...this.#passed] }, null, 1)}\n`,
    );
  }
}

/** A digest of the tree as it is, with changes that are not committed. */
export async function treeDigest(root: string): Promise<string> {
  const run = promisify(execFile);
  const hash = createHash('sha256');
  for (const args of [
    ['rev-parse', 'HEAD^{tree}'],
    ['diff', 'HEAD', '--binary'],
    ['ls-files', '--others', '--exclude-standard'],
  ]) {
    hash.update((await run('git', args, { cwd: root, maxBuffer: diffBytesMax })).stdout);
  }
  return hash.digest('hex');
}

import { join } from 'node:path';
import { projectRoot } from '../harness/project-root.ts';
import { isExternal, nativeStack } from '../harness/stack.ts';
import { listCells, testPattern } from './cells.ts';
import { PassedCells, treeDigest } from './passed-cells.ts';
import { runCommand } from './run-command.ts';

/** `make test-full FAMILY=...`: every cell of a family, one line each, then one JSON line. An interrupted run goes on where it was. */
const family = process.argv[2] ?? '';
if (!/^[a-z-]+$/.test(family)) {
  process.stderr.write('Name a family, a folder below test/: make test-full FAMILY=integration\n');
  process.exit(2);
}
const started = performance.now();
const state = join(projectRoot, '.causeway', 'test-full', `${family}.json`);
const passed = await PassedCells.load(state, await treeDigest(projectRoot));
const cells = await listCells(projectRoot, family);
const stack = isExternal() ? null : nativeStack((line) => process.stderr.write(`[stack] ${line}\n`));
const figures = { cells: cells.length, passed: 0, failed: 0, before: 0 };

await stack?.up();
try {
  for (const cell of cells) {
    if (passed.has(cell.id)) {
      figures.before += 1;
      process.stdout.write(`before  ${cell.id}\n`);
      continue;
    }
    const filter = cell.test === null ? [] : ['-t', testPattern(cell.test)];
    const args = [
      'npx',
      'vitest',
      'run',
      '--project',
      'integration',
      '--reporter=dot',
      cell.file,
      ...filter,
    ] as const;
    const { code, elapsedMs } = await runCommand([...args], { cwd: projectRoot });
    if (code === 0) await passed.add(cell.id);
    figures[code === 0 ? 'passed' : 'failed'] += 1;
    process.stdout.write(
      `${code === 0 ? 'passed' : 'FAILED'}  ${cell.id} (${(elapsedMs / 1000).toFixed(1)} s)\n`,
    );
  }
} finally {
  await stack?.down();
}
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(`${JSON.stringify({ family, ...figures, seconds })}\n`);
process.exitCode = figures.failed === 0 && figures.cells > 0 ? 0 : 1;

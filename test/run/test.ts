import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../harness/project-root.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { add, nothingCounted, type TestCount } from './count-tests.ts';
import { stepsOf, type Step } from './steps.ts';

/** Everything CI runs. The last line is the sum; a repeat of the same sample is `make test SEED=...`. */
const seed = Number(process.env['SEED'] || freshSeed());
const started = performance.now();
let total: TestCount = nothingCounted;
const lines: string[] = [];

for (const step of stepsOf(projectRoot, seed)) {
  const stepStarted = performance.now();
  process.stdout.write(`\n== ${step.name}\n`);
  const count = await countOf(step);
  total = add(total, count);
  const seconds = ((performance.now() - stepStarted) / 1000).toFixed(1);
  const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
  lines.push(`${step.name}: ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`);
}

process.stdout.write(`\n${lines.join('\n')}\n`);
process.stdout.write(
  `took ${((performance.now() - started) / 1000).toFixed(0)} s; repeat with: make test SEED=${seed}\n`,
);
const sum = `${total.passed} passed, ${total.failed} failed\n`;
await writeFile(join(projectRoot, '.causeway', 'test-sum'), sum);
process.stdout.write(sum);
process.exitCode = total.failed === 0 ? 0 : 1;

/** A step that could not even be run, for want of a program for example, is a failure like any other. */
async function countOf(step: Step): Promise<TestCount> {
  try {
    return await step.run();
  } catch (thrown) {
    process.stdout.write(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
    return { ...nothingCounted, failed: 1 };
  }
}

import { projectRoot } from '../harness/project-root.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { add, nothingCounted, type TestCount } from './count-tests.ts';
import { stepsOf } from './steps.ts';

/** Everything CI runs. The last line is the sum; a repeat of the same sample is `make test SEED=...`. */
const seed = Number(process.env['SEED'] || freshSeed());
const started = performance.now();
let total: TestCount = nothingCounted;
const lines: string[] = [];

for (const step of stepsOf(projectRoot, seed)) {
  const stepStarted = performance.now();
  process.stdout.write(`\n== ${step.name}\n`);
  const count = await step.run();
  total = add(total, count);
  const seconds = ((performance.now() - stepStarted) / 1000).toFixed(1);
  const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
  lines.push(`${step.name}: ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`);
}

process.stdout.write(`\n${lines.join('\n')}\n`);
process.stdout.write(
  `took ${((performance.now() - started) / 1000).toFixed(0)} s; repeat with: make test SEED=${seed}\n`,
);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { add, countSurefire, countVitest, nothingCounted, settle, type TestCount } from './count-tests.ts';
import { runCommand } from './run-command.ts';

/** One part of the test run that is reported by itself. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<TestCount>;
}

export function stepsOf(root: string, seed: number): Step[] {
  return [
    commandStep(root, 'format', ['npm', 'run', '--silent', 'format:check']),
    commandStep(root, 'lint', ['npm', 'run', '--silent', 'lint']),
    commandStep(root, 'types', ['npm', 'run', '--silent', 'types']),
    { name: 'transform (Java)', run: () => runMaven(join(root, 'connectors', 'debezium', 'transform')) },
    { name: 'unit', run: () => runVitest(root, ['--project', 'unit', '--reporter=dot'], {}) },
    {
      name: `integration on the real stack, seed ${seed}`,
      run: () =>
        runVitest(root, ['--project', 'integration', '--reporter=verbose'], {
          CAUSEWAY_TEST_SEED: String(seed),
        }),
    },
  ];
}

function commandStep(root: string, name: string, command: readonly [string, ...string[]]): Step {
  return { name, run: async () => settle(nothingCounted, (await runCommand(command, { cwd: root })).code) };
}

/** Runs vitest with the report for people that the arguments ask for, and its JSON report for the count. */
export async function runVitest(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<TestCount> {
  const folder = join(root, '.causeway', 'test-reports');
  await mkdir(folder, { recursive: true });
  const reportFile = join(folder, `vitest-${process.pid}-${Date.now()}.json`);
  const reporters = ['--reporter=json', `--outputFile.json=${reportFile}`];
  const { code } = await runCommand(['npx', 'vitest', 'run', ...args, ...reporters], { cwd: root, env });
  const report = await readJson(reportFile);
  return settle(report === null ? nothingCounted : countVitest(report), code);
}

async function runMaven(folder: string): Promise<TestCount> {
  const reports = join(folder, 'target', 'surefire-reports');
  await rm(reports, { recursive: true, force: true });
  const { code } = await runCommand(['mvn', '-B', '-q', '--no-transfer-progress', 'test'], { cwd: folder });
  const names = await readdir(reports).catch(() => []);
  let count = nothingCounted;
  for (const name of names.filter((file) => file.endsWith('.xml'))) {
    count = add(count, countSurefire(await readFile(join(reports, name), 'utf8')));
  }
  return settle(count, code);
}

/** Null when vitest ended before it could write its report. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}

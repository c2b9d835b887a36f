import { z } from 'zod';

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

/** What vitest's JSON report says. A file that failed without a failed test (its set-up, its imports) is a failure too. */
export function countVitest(report: unknown): TestCount {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = vitestSchema.parse(report);
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length;
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests };
}

/** What Maven's surefire wrote into one of its XML reports. */
export function countSurefire(xml: string): TestCount {
  const head = /<testsuite\b[^>]*>/.exec(xml)?.[0] ?? '';
  const number = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skipped = number('skipped');
  return { passed: number('tests') - failed - skipped, failed, skipped };
}

/** A failed command is at least one failure, whatever its reports say; a command that counts nothing is one test itself. */
export function settle(count: TestCount, exitCode: number): TestCount {
  if (exitCode !== 0 && count.failed === 0) return { ...count, failed: 1 };
  if (exitCode === 0 && count.passed + count.failed + count.skipped === 0) return { ...count, passed: 1 };
  return count;
}

export function add(left: TestCount, right: TestCount): TestCount {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

export const nothingCounted: TestCount = { passed: 0, failed: 0, skipped: 0 };

import { describe, expect, it } from 'vitest';
import { countSurefire, countVitest, nothingCounted, settle } from './count-tests.ts';

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };

describe('counting tests', () => {
  it('counts a file that could not even start as a failure', () => {
    const report = {
      numPassedTests: 4,
      numFailedTests: 0,
      numPendingTests: 1,
      numTotalTests: 5,
      testResults: [passed, { status: 'failed', assertionResults: [] }],
    };
    expect(countVitest(report)).toEqual({ passed: 4, failed: 1, skipped: 1 });
  });

  it('reads surefire reports', () => {
    const xml =
      '<?xml version="1.0"?>\n<testsuite name="x" time="0.1" tests="9" errors="1" skipped="2" failures="1">';
    expect(countSurefire(xml)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });

  it('takes a command that failed for a failure even when its reports show none', () => {
    expect(settle({ passed: 3, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
    expect(settle(nothingCounted, 1)).toMatchObject({ failed: 1 });
    expect(settle(nothingCounted, 0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });
});

import type { ErrorEntry } from './error-entry.ts';

export const generalErrors = {
  INTERNAL: {
    meaning:
      'Something happened that Causeway did not expect. It stopped the part concerned rather than guess.',
    remedy:
      'Read the cause in the log line. Start again: work goes on from the last checkpoint. If it comes back, report it.',
    isRetryable: false,
  },
  USAGE: {
    meaning: 'The command line was not understood.',
    remedy: 'Run the command with --help.',
    isRetryable: false,
  },
  TIMEOUT: {
    meaning: 'The time given with --timeout passed before the command was done.',
    remedy: 'Nothing is lost. Give more time, or look at `causeway status` for what it waits for.',
    isRetryable: false,
  },
  INTERRUPTED: {
    meaning: 'The command was interrupted by a signal.',
    remedy: 'Start it again: work goes on where it stopped.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

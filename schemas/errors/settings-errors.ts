import type { ErrorEntry } from './error-entry.ts';

export const settingsErrors = {
  FILE_UNREADABLE: {
    meaning: 'The migration file cannot be read.',
    remedy: 'Check the path given with -f and the permissions of the file. `causeway init` writes a new one.',
    isRetryable: false,
  },
  FILE_INVALID: {
    meaning: 'The migration file is wrong. All faults are listed, each with its place.',
    remedy: 'Mend every line that is listed. `causeway schema` prints what the file may hold.',
    isRetryable: false,
  },
  FILE_CHANGED: {
    meaning:
      'The migration file differs from the one this migration was started with, in something that cannot change while it lives.',
    remedy:
      'Take the listed changes back (`limits` may change at any time), or give the changed file another name under `migration`.',
    isRetryable: false,
  },
  FILE_EXISTS: {
    meaning: 'The file that would be written is already there.',
    remedy: 'Choose another path, or overwrite it with --yes.',
    isRetryable: false,
  },
  SETTINGS_INVALID: {
    meaning: 'An environment variable that configures the process has a wrong value. All faults are listed.',
    remedy: 'Mend every variable that is listed; the settings reference has type and default of each.',
    isRetryable: false,
  },
  ENDPOINT_MISSING: {
    meaning:
      'Neither the migration file nor the settings say where a needed part (Kafka, Connect, registry, store) is, and no local stack runs.',
    remedy: 'Name the URL in the migration file, or start the local stack with `causeway stack up`.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

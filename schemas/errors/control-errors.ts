import type { ErrorEntry } from './error-entry.ts';

export const controlErrors = {
  STORE_UNREACHABLE: {
    meaning: 'The control store (PostgreSQL) cannot be used.',
    remedy:
      'Check that it runs, and the URL and password under `store`. Nothing is lost: leases run out meanwhile, and work goes on when it is back.',
    isRetryable: true,
  },
  STORE_NEWER: {
    meaning: 'The control store was set up by a newer Causeway than this one.',
    remedy: 'Run the newer version, or give this one a store database of its own.',
    isRetryable: false,
  },
  LEASE_LOST: {
    meaning: 'Another process has taken this role over, so this one stopped working on it.',
    remedy: 'Nothing to do: this process stands by and takes over when the other one ends.',
    isRetryable: true,
  },
  PREFLIGHT_REFUSED: {
    meaning:
      'Checks of source, target, plan or the parts between them failed. Each is listed with its remedy.',
    remedy: 'Mend what is listed. The checks run again every few seconds, and at the next start.',
    isRetryable: true,
  },
  PLAN_NOT_APPROVED: {
    meaning: 'The plan waits for approval; nothing has been created.',
    remedy: 'Read it with `causeway plan -f FILE`, then approve it with `causeway plan -f FILE --approve`.',
    isRetryable: false,
  },
  PLAN_CHANGED: {
    meaning: 'The plan made from the source now is not the plan that is stored, or that was approved.',
    remedy: 'Read the plan again with `causeway plan -f FILE` and approve it as it is now.',
    isRetryable: false,
  },
  MIGRATION_UNKNOWN: {
    meaning: 'There is no migration of that name.',
    remedy: 'List migrations with `causeway status`, or start one with `causeway run -f FILE`.',
    isRetryable: false,
  },
  MIGRATION_AMBIGUOUS: {
    meaning: 'There are several migrations and none was named.',
    remedy: 'Name one with --migration.',
    isRetryable: false,
  },
  API_UNREACHABLE: {
    meaning: 'No Causeway process answers at the URL.',
    remedy:
      'Start one with `causeway run -f FILE`, or give the URL of a running one with --url or CAUSEWAY_URL.',
    isRetryable: true,
  },
  API_ANSWER_UNEXPECTED: {
    meaning: 'What answers at the URL does not answer as Causeway does.',
    remedy: 'Check the URL given with --url or CAUSEWAY_URL.',
    isRetryable: false,
  },
  UNAUTHORIZED: {
    meaning: 'The request carries no bearer token, or a wrong one.',
    remedy:
      'Send `Authorization: Bearer TOKEN`. The token is in CAUSEWAY_TOKEN, or else in the file `token` in the home folder of the process that serves.',
    isRetryable: false,
  },
  ROUTE_UNKNOWN: {
    meaning: 'There is nothing at this path.',
    remedy: 'See the API reference for the paths.',
    isRetryable: false,
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The path exists but does not take this method.',
    remedy: 'Use a method that the Allow header of the answer names.',
    isRetryable: false,
  },
  REQUEST_INVALID: {
    meaning: 'The request was not understood, or is too large.',
    remedy: 'Mend what the answer names; see the API reference.',
    isRetryable: false,
  },
  HTTP_ADDRESS_IN_USE: {
    meaning: 'The address for HTTP is taken by another process.',
    remedy:
      'Choose another port under `http` in the migration file or with CAUSEWAY_HTTP_PORT; 0 takes a free one.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;

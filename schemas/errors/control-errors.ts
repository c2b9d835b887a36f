import type { ErrorEntry } from './error-entry.ts';

export const controlErrors = {} as const satisfies Record<string, ErrorEntry>;

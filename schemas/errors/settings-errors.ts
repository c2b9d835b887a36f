import type { ErrorEntry } from './error-entry.ts';

export const settingsErrors = {} as const satisfies Record<string, ErrorEntry>;

/** In the order in which they start; they stop in reverse. */
export const stackParts = ['postgres', 'mysql', 'kafka', 'registry', 'connect'] as const;

export type StackPart = (typeof stackParts)[number];

export function isStackPart(name: string): name is StackPart {
  return stackParts.some((part) => part === name);
}

export interface StackPartStatus {
  readonly part: StackPart;
  /** `unhealthy`: the process lives but does not answer (yet). */
  readonly state: 'running' | 'unhealthy' | 'stopped';
  readonly pid: number | null;
  readonly port: number | null;
  readonly version: string | null;
}

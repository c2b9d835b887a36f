import { join } from 'node:path';
import type { DaemonPlace } from './daemon.ts';
import type { InstanceFolders } from './folders.ts';
import type { StackPart } from './stack-parts.ts';

/** Where the processes of a part are found, whether or not anything else is known of it. */
export function partPlace(folders: InstanceFolders, part: StackPart): DaemonPlace {
  return {
    mark: `${folders.root}:${part}`,
    recordPath: folders.process(part),
    logPath: folders.log(part),
    // Backends overwrite their environment with the title they show, and outlive a killed postmaster for a moment.
    unmarked:
      part === 'postgres' ? { program: 'postgres', folder: join(folders.part('postgres'), 'data') } : null,
  };
}

export interface StopOrder {
  readonly signal: NodeJS.Signals;
  /** After this long it is killed. */
  readonly limitMs: number;
}

export const stopOrders: Readonly<Record<StackPart, StopOrder>> = {
  // Fast shutdown: SIGTERM would wait for every client to leave.
  postgres: { signal: 'SIGINT', limitMs: 60_000 },
  mysql: { signal: 'SIGTERM', limitMs: 60_000 },
  kafka: { signal: 'SIGTERM', limitMs: 30_000 },
  registry: { signal: 'SIGTERM', limitMs: 20_000 },
  connect: { signal: 'SIGTERM', limitMs: 30_000 },
};

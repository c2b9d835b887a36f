import { createHash } from 'node:crypto';
import type { DaemonLaunch } from './daemon.ts';
import type { InstanceFolders } from './folders.ts';
import type { InstancePorts, PortName } from './instance-ports.ts';
import type { InstanceSecrets } from './instance-secrets.ts';
import type { StackPart } from './stack-parts.ts';

/** What the plans of the parts are made from. */
export interface PlanInput {
  readonly folders: InstanceFolders;
  readonly ports: InstancePorts;
  readonly secrets: InstanceSecrets;
  /** Folders of the components. */
  readonly programs: {
    readonly mysql: string;
    readonly mysqlVersion: string;
    readonly postgres: string;
    readonly kafka: string;
    readonly registry: string;
    readonly connectPlugins: readonly { readonly name: string; readonly folder: string }[];
    readonly transformJar: string;
  };
  readonly java: { readonly kafka: string; readonly registry: string };
}

/** How one part is prepared, started, recognised as ready, and stopped. */
export interface PartPlan {
  readonly part: StackPart;
  readonly version: string;
  readonly launch: DaemonLaunch;
  readonly ports: readonly PortName[];
  /** Settings files, written before each start. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Whatever else makes the same command behave differently, such as the content of a plug-in. */
  readonly contents: readonly string[];
  /** Makes data folders. Repeatable: what a killed process left half-done is done anew. */
  readonly prepare: (signal: AbortSignal) => Promise<void>;
  /** Repeatable work on the running part, before others depend on it. */
  readonly settle: (signal: AbortSignal) => Promise<void>;
  readonly readyLimitMs: number;
}

/** Changes when a start would do something else than the start before. */
export function launchDigest(plan: PartPlan): string {
  const { command, args, env, cwd } = plan.launch;
  return createHash('sha256')
    .update(JSON.stringify([command, args, env, cwd, plan.files, plan.contents, plan.version]))
    .digest('hex')
    .slice(0, 16);
}

export const nothing = async (): Promise<void> => {};

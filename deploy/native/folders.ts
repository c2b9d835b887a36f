import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { StackPart } from './stack-parts.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where downloads are kept, outside the tree and outside every instance. */
export function cacheFolder(env: Environment, home: string = homedir()): string {
  const own = env['CAUSEWAY_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  const xdg = env['XDG_CACHE_HOME'];
  return xdg !== undefined && xdg !== '' ? join(resolve(xdg), 'causeway') : join(home, '.cache', 'causeway');
}

/** Where instances keep their state. */
export function homeFolder(env: Environment, home: string = homedir()): string {
  const own = env['CAUSEWAY_HOME'];
  return own !== undefined && own !== '' ? resolve(own) : join(home, '.causeway');
}

/** Every path of one instance: all of its state is under `root`. */
export interface InstanceFolders {
  readonly instance: string;
  readonly root: string;
  /** Beside `root`, so that it outlives a reset. */
  readonly lock: string;
  readonly endpoints: string;
  readonly ports: string;
  readonly secrets: string;
  readonly lastUp: string;
  readonly logs: string;
  readonly log: (part: StackPart) => string;
  readonly part: (part: StackPart) => string;
  readonly process: (part: StackPart) => string;
}

export function instanceFolders(home: string, instance: string): InstanceFolders {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(instance)) {
    throw new CausewayError('STACK_INSTANCE_NAME', `"${instance}" cannot name a stack instance.`);
  }
  const stacks = join(resolve(home), 'stacks');
  const root = join(stacks, instance);
  const logs = join(root, 'logs');
  return {
    instance,
    root,
    lock: join(stacks, `${instance}.lock`),
    endpoints: join(root, 'endpoints.json'),
    ports: join(root, 'ports.json'),
    secrets: join(root, 'secrets.json'),
    lastUp: join(root, 'last-up.json'),
    logs,
    log: (part) => join(logs, `${part}.log`),
    part: (part) => join(root, part),
    process: (part) => join(root, `${part}.process.json`),
  };
}

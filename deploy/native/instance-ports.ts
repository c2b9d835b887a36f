import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Environment, InstanceFolders } from './folders.ts';
import { writeAtomically } from './write-atomically.ts';

export const portVariables = {
  mysql: 'CAUSEWAY_MYSQL_PORT',
  postgres: 'CAUSEWAY_POSTGRES_PORT',
  kafka: 'CAUSEWAY_KAFKA_PORT',
  kafkaController: 'CAUSEWAY_KAFKA_CONTROLLER_PORT',
  connect: 'CAUSEWAY_CONNECT_PORT',
  registry: 'CAUSEWAY_REGISTRY_PORT',
  registryManagement: 'CAUSEWAY_REGISTRY_MANAGEMENT_PORT',
} as const;

export type PortName = keyof typeof portVariables;

const recorded = z.object({
  mysql: z.number(),
  postgres: z.number(),
  kafka: z.number(),
  kafkaController: z.number(),
  connect: z.number(),
  registry: z.number(),
  registryManagement: z.number(),
});

export type InstancePorts = z.infer<typeof recorded>;

export const portNames: readonly PortName[] = [
  'mysql',
  'postgres',
  'kafka',
  'kafkaController',
  'connect',
  'registry',
  'registryManagement',
];

/** Below the range from which systems take the ports of outgoing connections, so that a stopped part's stays free. */
const firstPort = 24_100;
const lastPort = 30_000;

/** The ports of an instance: chosen once, then kept, since connectors and clients remember them. */
export async function instancePorts(folders: InstanceFolders, env: Environment): Promise<InstancePorts> {
  const wanted = wantedPorts(env);
  const kept = await readPorts(folders.ports);
  const taken = kept === null ? await portsOfOthers(folders) : new Set<number>();
  const ports: Partial<Record<PortName, number>> = { ...kept, ...wanted };
  for (const port of Object.values(ports)) taken.add(port);
  const start = startPort(folders.root);
  for (const name of portNames) ports[name] ??= await nextFreePort(start, taken);
  const complete = recorded.parse(ports);
  if (new Set(Object.values(complete)).size < portNames.length) {
    throw new CausewayError('STACK_PORT_INVALID', 'Two parts of the stack are given the same port.');
  }
  await writeAtomically(folders.ports, `${JSON.stringify(complete, null, 2)}\n`);
  return complete;
}

export async function readPorts(path: string): Promise<InstancePorts | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = recorded.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

export function wantedPorts(env: Environment): Partial<Record<PortName, number>> {
  const wanted: Partial<Record<PortName, number>> = {};
  const faults: string[] = [];
  for (const name of portNames) {
    const text = env[portVariables[name]];
    if (text === undefined || text === '') continue;
    const port = Number(text);
    if (Number.isInteger(port) && port >= 1024 && port <= 65_535) wanted[name] = port;
    else faults.push(`${portVariables[name]}=${text}`);
  }
  if (faults.length > 0) throw new CausewayError('STACK_PORT_INVALID', `Not a port: ${faults.join(', ')}.`);
  return wanted;
}

export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
}

/** Instances of other accounts keep ports that cannot be seen while they are stopped: each starts at another place. */
export function startPort(root: string): number {
  const blocks = (lastPort - firstPort) / 10;
  const digest = createHash('sha256').update(root).digest().readUInt32BE(0);
  return firstPort + (digest % blocks) * 10;
}

async function nextFreePort(start: number, taken: Set<number>): Promise<number> {
  const count = lastPort - firstPort;
  for (let step = 0; step < count; step++) {
    const port = firstPort + ((start - firstPort + step) % count);
    if (taken.has(port) || !(await isPortFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new CausewayError(
    'STACK_PORT_TAKEN',
    `No port from ${firstPort} to ${lastPort} is free on 127.0.0.1.`,
  );
}

/** Ports that other instances keep, also while they are stopped. */
async function portsOfOthers(folders: InstanceFolders): Promise<Set<number>> {
  const stacks = dirname(folders.root);
  const taken = new Set<number>();
  for (const name of await readdir(stacks)) {
    const ports = await readPorts(join(stacks, name, 'ports.json'));
    for (const port of Object.values(ports ?? {})) taken.add(port);
  }
  return taken;
}

/** null for what a killed process wrote only in part. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { livingDaemon } from './daemon.ts';
import type { InstanceFolders } from './folders.ts';
import type { InstancePorts } from './instance-ports.ts';
import { instanceSecrets } from './instance-secrets.ts';
import { checkHealth } from './part-health.ts';
import type { StackPart, StackPartStatus } from './stack-parts.ts';

const healthLimitMs = 3_000;

export async function partStatus(
  part: StackPart,
  folders: InstanceFolders,
  ports: InstancePorts | null,
): Promise<StackPartStatus> {
  const running = await livingDaemon(folders.process(part));
  const port = ports?.[part] ?? null;
  if (running === null || ports === null) return { part, state: 'stopped', pid: null, port, version: null };
  const isReady = await checkHealth(
    part,
    { ports, secrets: await instanceSecrets(folders.secrets) },
    AbortSignal.timeout(healthLimitMs),
  ).then(
    () => true,
    () => false,
  );
  const state = isReady ? 'running' : 'unhealthy';
  return { part, state, pid: running.pid, port, version: running.version };
}

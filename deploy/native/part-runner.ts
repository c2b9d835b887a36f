import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { killDaemon, livingDaemon, logTail, startDaemon, stopDaemon, type DaemonPlace } from './daemon.ts';
import { isPortFree, portVariables, type InstancePorts } from './instance-ports.ts';
import { checkHealth } from './part-health.ts';
import { partPlace, stopOrders } from './part-place.ts';
import { launchDigest, type PartPlan, type PlanInput } from './part-plan.ts';
import { writeAtomically } from './write-atomically.ts';

const pollMs = 200;
const healthLimitMs = 5_000;
const tailLines = 20;
const portFreeMs = 3_000;

/** Has the part running as planned and ready. One that runs with other settings than planned is started anew. */
export async function ensureRunning(
  plan: PartPlan,
  input: PlanInput,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  const place = partPlace(input.folders, plan.part);
  const running = await livingDaemon(place.recordPath);
  const digest = launchDigest(plan);
  if (running !== null && running.launchDigest !== digest) {
    tell(`${plan.part}: its settings have changed since it was started; restarting it`);
    await stopDaemon(place, stopOrders[plan.part]);
  }
  if (running === null || running.launchDigest !== digest) await launch(plan, place, input.ports, signal);
  await waitUntilReady(plan, place, input, signal);
  await plan.settle(signal);
  if (running === null) tell(`${plan.part} ${plan.version}: ready`);
}

async function launch(
  plan: PartPlan,
  place: DaemonPlace,
  ports: InstancePorts,
  signal: AbortSignal,
): Promise<void> {
  // A starter that was killed may have left processes that nobody recorded.
  await killDaemon(place);
  await mkdir(dirname(place.logPath), { recursive: true });
  await mkdir(plan.launch.cwd, { recursive: true });
  await requireFreePorts(plan, ports);
  for (const { path, text } of plan.files) await writeAtomically(path, text);
  await plan.prepare(signal);
  await startDaemon(plan.launch, place, { launchDigest: launchDigest(plan), version: plan.version });
}

async function requireFreePorts(plan: PartPlan, ports: InstancePorts): Promise<void> {
  for (const name of plan.ports) {
    // A process that was just killed lets go of its ports a little later than it is gone.
    const deadline = Date.now() + portFreeMs;
    let isFree = await isPortFree(ports[name]);
    for (; !isFree && Date.now() < deadline; isFree = await isPortFree(ports[name])) await delay(pollMs);
    if (isFree) continue;
    throw new CausewayError(
      'STACK_PORT_TAKEN',
      `Port ${ports[name]}, which ${plan.part} has to use (${portVariables[name]}), is taken.`,
      { facts: { port: ports[name], variable: portVariables[name] } },
    );
  }
}

async function waitUntilReady(
  plan: PartPlan,
  place: DaemonPlace,
  input: PlanInput,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + plan.readyLimitMs;
  for (;;) {
    signal.throwIfAborted();
    let reason: unknown;
    try {
      await checkHealth(plan.part, input, AbortSignal.any([signal, AbortSignal.timeout(healthLimitMs)]));
      return;
    } catch (error) {
      reason = error;
    }
    const isLiving = (await livingDaemon(place.recordPath)) !== null;
    if (!isLiving || Date.now() >= deadline) throw await notReady(plan, place, isLiving, reason);
    await delay(pollMs);
  }
}

async function notReady(
  plan: PartPlan,
  place: DaemonPlace,
  isLiving: boolean,
  cause: unknown,
): Promise<CausewayError> {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const what = isLiving
    ? `${plan.part} was not ready within ${plan.readyLimitMs / 1000} s (${reason})`
    : `${plan.part} ended while it started`;
  const tail = await logTail(place.logPath, tailLines);
  return new CausewayError('STACK_PART_FAILED', `${what}. The end of ${place.logPath}:\n${tail}`, {
    cause,
    facts: { part: plan.part, log: place.logPath },
  });
}

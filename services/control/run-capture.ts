import { readMigration } from '../../connectors/store/migration-rows.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { sleep } from '../runtime/sleep.ts';
import { runTogether } from '../runtime/run-together.ts';
import { checkSourceHistory } from './check-source-history.ts';
import type { ControlPorts } from './ports.ts';
import { approvedPlan } from './stages/approved-plan.ts';
import type { StatusBoard } from './status-board.ts';

const registryCheckMs = 60_000;
const healthLookMs = 250;

/** Starts log and connector, or finds them as they were left, and watches them until the signal aborts. */
export async function runCapture(
  ports: ControlPorts,
  board: StatusBoard,
  isWell: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await startCapture(ports, signal);
  await runTogether(signal, [
    async (signal) => watchConnector(ports, board, signal),
    async (signal) => watchRegistry(ports, signal),
    async (signal) => tellWell(board, isWell, signal),
  ]);
}

async function startCapture(ports: ControlPorts, signal: AbortSignal): Promise<void> {
  const row = await readMigration(ports.store, ports.migration);
  if (row === null) return;
  await ports.log.ensure(signal);
  await ports.capture.checkRegistry(signal);
  const checkpoint = await ports.target.readCheckpoint(ports.migration);
  // A connector without a stored position starts at the source's present end. That is right once, at the beginning;
  // later it would leave out everything between, and no record would show it.
  const mustContinue = checkpoint?.assembler.hasStreamed === true;
  if (mustContinue) {
    await checkSourceHistory({
      taken: checkpoint.assembler.gtids,
      executedPosition: async () => ports.source.executedPosition(),
      signal,
    });
  }
  await ports.capture.register(approvedPlan(row), mustContinue, signal);
}

async function watchConnector(ports: ControlPorts, board: StatusBoard, signal: AbortSignal): Promise<void> {
  let last = '';
  await ports.capture.watch(signal, (connector) => {
    board.set({ connector });
    if (connector.state === last) return;
    if (connector.state === 'restarting') ports.metrics.connectorRestarts.inc({ migration: ports.migration });
    const level = connector.state === 'healthy' || connector.state === 'starting' ? 'info' : 'warn';
    ports.logger[level](
      `The connector is ${connector.state}`,
      connector.cause === null ? {} : { reason: connector.cause },
    );
    last = connector.state;
  });
}

/** Capture is well once its connector is: then what halted it before is mended. */
async function tellWell(board: StatusBoard, isWell: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && board.status.connector?.state !== 'healthy') await sleep(healthLookMs, signal);
  if (!signal.aborted) await isWell();
}

async function watchRegistry(ports: ControlPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(registryCheckMs, signal);
    if (signal.aborted) return;
    try {
      await ports.capture.checkRegistry(signal);
    } catch (error) {
      // An outage stops nobody who has the schemas; another registry in its place stops everybody.
      if (!(error instanceof CausewayError) || !error.isRetryable) throw error;
      ports.logger.warn('The schema registry does not answer', { error });
    }
  }
}

import type { Check } from '../../../connectors/engine.ts';
import { addEvent } from '../../../connectors/store/events.ts';
import { approvePlan, savePlan } from '../../../connectors/store/migration-rows.ts';
import { asCausewayError, CausewayError } from '../../../schemas/errors/causeway-error.ts';
import type { MigrationPlan } from '../../../schemas/migration-plan.ts';
import type { ControlPorts } from '../ports.ts';
import type { StageStep } from './stage-step.ts';

/** How the wait for approval is worded in the status. */
export const approvalWait = 'approval of plan';

/** Checks run, the plan is stored, and approval is awaited. Nothing is created. */
export const preflight: StageStep = {
  stage: 'preflight',
  next: 'expand',
  enter: async ({ ports, board }, row, signal) => {
    board.set({ waitingFor: 'the checks before the start' });
    const { checks, plan } = await runPreflight(ports, row.tables, signal);
    board.set({ checks });
    const errors = checks.filter(({ severity }) => severity === 'error');
    if (errors.length > 0 || plan === null) throw refused(errors);
    if (plan.fingerprint !== row.planFingerprint) await savePlan(ports.store, plan);
    if (row.approve === 'auto' && row.approvedFingerprint !== plan.fingerprint) {
      await approvePlan(ports.store, ports.migration, plan.fingerprint);
      await addEvent(ports.store, {
        migration: ports.migration,
        kind: 'approved',
        stage: 'preflight',
        holder: ports.holder,
        data: { fingerprint: plan.fingerprint, by: 'plan.approve: auto in the migration file' },
      });
    }
  },
  check: async (_context, row) => {
    if (row.planFingerprint !== null && row.planFingerprint === row.approvedFingerprint) {
      return { isDone: true, evidence: { fingerprint: row.planFingerprint } };
    }
    return { isDone: false, waitingFor: `${approvalWait} ${row.planFingerprint ?? ''}` };
  },
};

export interface PreflightResult {
  readonly checks: readonly Check[];
  /** null when a check that it needs has failed. */
  readonly plan: MigrationPlan | null;
}

/** Every check there is. One that fails stops only those that stand on it, so that a person sees all faults at once. */
export async function runPreflight(
  ports: Pick<ControlPorts, 'source' | 'target' | 'log' | 'capture' | 'makePlan'>,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<PreflightResult> {
  const checks: Check[] = [];
  const catalogue = await attempt(checks, 'source', () => ports.source.readCatalogue(patterns));
  if (catalogue !== null) {
    checks.push(...((await attempt(checks, 'source', () => ports.source.preflight(catalogue))) ?? []));
  }
  const plan =
    catalogue === null ? null : await attempt(checks, 'plan', async () => ports.makePlan(catalogue));
  checks.push(...((await attempt(checks, 'target', () => ports.target.preflight(plan?.tables ?? []))) ?? []));
  const capture = await attempt(checks, 'capture', async () => {
    await ports.capture.preflight(signal);
    return okCheck('capture', 'Kafka Connect and the schema registry answer');
  });
  if (capture !== null) checks.push(capture);
  const log = await attempt(checks, 'log', async () => {
    await ports.log.preflight();
    return okCheck('log', 'Kafka answers');
  });
  if (log !== null) checks.push(log);
  return { checks: distinct(checks), plan };
}

async function attempt<Result>(
  checks: Check[],
  where: string,
  work: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await work();
  } catch (thrown) {
    const error = asCausewayError(thrown);
    checks.push({
      name: error.code.toLowerCase().replaceAll('_', '-'),
      severity: 'error',
      where,
      what: error.message,
      remedy: error.remedy,
      code: error.code,
    });
    return null;
  }
}

function okCheck(where: string, what: string): Check {
  return { name: `${where}-answers`, severity: 'ok', where, what, remedy: '', code: null };
}

/** Two sides that stand on the same fault report it once. */
function distinct(checks: readonly Check[]): Check[] {
  const seen = new Set<string>();
  return checks.filter((check) => {
    const key = JSON.stringify([check.code, check.where, check.what]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function refused(errors: readonly Check[]): CausewayError {
  const lines = errors.map(
    ({ code, name, where, what, remedy }) => `- ${code ?? name} (${where}): ${what}\n  ${remedy}`,
  );
  return new CausewayError(
    'PREFLIGHT_REFUSED',
    `${errors.length === 1 ? 'A check' : `${errors.length} checks`} before the start failed:\n${lines.join('\n')}`,
    { facts: { codes: errors.map(({ code, name }) => code ?? name) } },
  );
}

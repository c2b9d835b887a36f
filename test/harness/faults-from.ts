import { existsSync } from 'node:fs';
import type { CrashPoint, FaultPoints } from '../../services/runtime/fault-points.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Strike = (signal: 'SIGKILL' | 'SIGSTOP') => void;

interface Trigger {
  readonly point: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** Whether it strikes at this visit of its point, the `times`th one. */
  readonly isDue: (times: number) => boolean;
}

/**
 * Faults as the environment asks for them: `CAUSEWAY_TEST_CRASH` and `CAUSEWAY_TEST_FREEZE` as `point:nth`, or as
 * `point:/path` for the first time after that file is there; `CAUSEWAY_TEST_BREAK` as mechanisms.
 */
export function faultsFrom(
  env: Environment,
  strike: Strike,
  isThere: (path: string) => boolean = existsSync,
): FaultPoints {
  const triggers = [
    ...triggerFrom(env['CAUSEWAY_TEST_CRASH'], 'SIGKILL', isThere),
    ...triggerFrom(env['CAUSEWAY_TEST_FREEZE'], 'SIGSTOP', isThere),
  ];
  const broken = new Set((env['CAUSEWAY_TEST_BREAK'] ?? '').split(',').filter((name) => name !== ''));
  const reached = new Map<CrashPoint, number>();
  return {
    reach: (point) => {
      const times = (reached.get(point) ?? 0) + 1;
      reached.set(point, times);
      for (const trigger of triggers) {
        if (trigger.point === point && trigger.isDue(times)) strike(trigger.signal);
      }
    },
    isBroken: (mechanism) => broken.has(mechanism),
  };
}

function triggerFrom(
  text: string | undefined,
  signal: Trigger['signal'],
  isThere: (path: string) => boolean,
): Trigger[] {
  if (text === undefined || text === '') return [];
  const [point = '', when = '1'] = text.split(':');
  if (!when.startsWith('/')) return [{ point, signal, isDue: (times) => times === Number(when) }];
  let hasStruck = false;
  const isDue = (): boolean => {
    if (hasStruck || !isThere(when)) return false;
    hasStruck = true;
    return true;
  };
  return [{ point, signal, isDue }];
}

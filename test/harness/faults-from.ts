import type { CrashPoint, FaultPoints } from '../../services/runtime/fault-points.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Strike = (signal: 'SIGKILL' | 'SIGSTOP') => void;

interface Trigger {
  readonly point: string;
  readonly nth: number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** Faults as the environment asks for them: `CAUSEWAY_TEST_CRASH` and `_FREEZE` as `point:nth`, `_BREAK` as mechanisms. */
export function faultsFrom(env: Environment, strike: Strike): FaultPoints {
  const triggers = [
    ...triggerFrom(env['CAUSEWAY_TEST_CRASH'], 'SIGKILL'),
    ...triggerFrom(env['CAUSEWAY_TEST_FREEZE'], 'SIGSTOP'),
  ];
  const broken = new Set((env['CAUSEWAY_TEST_BREAK'] ?? '').split(',').filter((name) => name !== ''));
  const reached = new Map<CrashPoint, number>();
  return {
    reach: (point) => {
      const times = (reached.get(point) ?? 0) + 1;
      reached.set(point, times);
      for (const trigger of triggers) {
        if (trigger.point === point && trigger.nth === times) strike(trigger.signal);
      }
    },
    isBroken: (mechanism) => broken.has(mechanism),
  };
}

function triggerFrom(text: string | undefined, signal: Trigger['signal']): Trigger[] {
  if (text === undefined || text === '') return [];
  const [point = '', nth = '1'] = text.split(':');
  return [{ point, nth: Number(nth), signal }];
}

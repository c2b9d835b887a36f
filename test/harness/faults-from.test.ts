import { describe, expect, it } from 'vitest';
import { faultsFrom } from './faults-from.ts';

describe('faults from the environment', () => {
  it('strikes once, at the nth time the named point is reached', async () => {
    const struck: string[] = [];
    const faults = faultsFrom({ CAUSEWAY_TEST_CRASH: 'apply.before-commit:2' }, (signal) =>
      struck.push(signal),
    );
    for (const point of ['apply.before-commit', 'apply.after-commit', 'apply.before-commit'] as const) {
      await faults.reach(point);
    }
    expect(struck).toEqual(['SIGKILL']);
    await faults.reach('apply.before-commit');
    expect(struck).toHaveLength(1);
  });

  it('strikes at the first visit after a file is there, and never again', async () => {
    const struck: string[] = [];
    let isThere = false;
    const faults = faultsFrom(
      { CAUSEWAY_TEST_FREEZE: 'apply.before-write:/tmp/now' },
      (signal) => struck.push(signal),
      () => isThere,
    );
    await faults.reach('apply.before-write');
    expect(struck).toEqual([]);
    isThere = true;
    await faults.reach('apply.before-write');
    await faults.reach('apply.before-write');
    expect(struck).toEqual(['SIGSTOP']);
  });

  it('breaks exactly the named mechanisms, and nothing without a name', () => {
    const faults = faultsFrom({ CAUSEWAY_TEST_BREAK: 'log.dedupe,apply.fencing' }, () => undefined);
    expect(faults.isBroken('log.dedupe')).toBe(true);
    expect(faults.isBroken('apply.fencing')).toBe(true);
    expect(faults.isBroken('log.gap-detection')).toBe(false);
    expect(faultsFrom({}, () => undefined).isBroken('log.dedupe')).toBe(false);
  });
});

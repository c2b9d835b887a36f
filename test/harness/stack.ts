import { externalEndpoints } from '../../deploy/native/external.ts';
import { NativeStack } from '../../deploy/native/stack.ts';

/** Where the parts answer; URLs hold passwords. */
export type StackEndpoints = Awaited<ReturnType<NativeStack['endpoints']>>;

export type RestartablePart = 'mysql' | 'postgres' | 'kafka' | 'registry' | 'connect';

/** The servers the tests run on. Parts can be killed and started where the stack is ours. */
export interface TestStack {
  endpoints(): Promise<StackEndpoints>;
  start(part: RestartablePart): Promise<void>;
  stop(part: RestartablePart): Promise<void>;
  kill(part: RestartablePart): Promise<void>;
  /** Where a part's process writes what it has to say; null where nobody can tell. */
  logPath(part: RestartablePart): string | null;
}

export const testInstance = process.env['CAUSEWAY_TEST_INSTANCE'] ?? 'test';

export function isExternal(): boolean {
  return process.env['CAUSEWAY_STACK'] === 'external';
}

/** The stack that the run's set-up has brought up. */
export function openTestStack(): TestStack {
  if (isExternal()) return externalStack();
  return nativeStack();
}

export function nativeStack(progress?: (line: string) => void): NativeStack {
  return new NativeStack({ instance: testInstance, ...(progress === undefined ? {} : { progress }) });
}

function externalStack(): TestStack {
  const refuse = (): Promise<void> =>
    Promise.reject(
      new Error('parts of an external stack are not ours to stop; run this test on the native stack'),
    );
  return {
    endpoints: () => Promise.resolve(externalEndpoints(process.env)),
    start: refuse,
    stop: refuse,
    kill: refuse,
    logPath: () => null,
  };
}

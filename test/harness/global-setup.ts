import { isExternal, nativeStack } from './stack.ts';

/**
 * Brings the test stack up before the first test. A stack that was up before stays up, so that somebody who runs one test
 * after the other does not wait for it each time.
 */
export default async function setUp(): Promise<() => Promise<void>> {
  if (isExternal()) return () => Promise.resolve();
  const stack = nativeStack((line) => process.stderr.write(`[stack] ${line}\n`));
  const wasUp = (await stack.status()).some((part) => part.pid !== null);
  await stack.up();
  process.stderr.write(`[stack] up in ${((stack.lastUp?.startMs ?? 0) / 1000).toFixed(1)} s\n`);
  return async () => {
    if (!wasUp) await stack.down();
  };
}

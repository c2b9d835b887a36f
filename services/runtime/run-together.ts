/**
 * Runs loops that stand and fall together: the first that fails ends the others, all of them are waited for, and its
 * error is passed on. Resolves when all have ended.
 */
export async function runTogether(
  signal: AbortSignal,
  loops: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController();
  const together = AbortSignal.any([signal, failed.signal]);
  let first: { readonly error: unknown } | null = null;
  await Promise.all(
    loops.map(async (loop) => {
      try {
        await loop(together);
      } catch (error) {
        // Errors of loops that were told to stop come from stopping.
        if (together.aborted) return;
        first = { error };
        failed.abort(error);
      }
    }),
  );
  throwFirst(first);
}

function throwFirst(first: { readonly error: unknown } | null): void {
  if (first !== null) throw first.error;
}

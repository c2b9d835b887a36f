import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Logger } from './logger.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';

/** Where one lease is kept. Every method may fail when the store does. */
export interface LeaseStore<Held> {
  acquire(): Promise<Held | null>;
  /** False when the lease is another's by now, or has run out. */
  renew(lease: Held): Promise<boolean>;
  release(lease: Held): Promise<void>;
}

export interface HoldLeaseOptions<Held> {
  readonly leases: LeaseStore<Held>;
  /** How long the lease lasts after it was taken or renewed. */
  readonly durationMs: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Works while the lease is held; its signal aborts when the lease is lost, or when the outer one does. */
  readonly work: (lease: Held, signal: AbortSignal) => Promise<void>;
  readonly sleep?: Sleep;
  /** A monotonic clock. */
  readonly now?: () => number;
}

/**
 * Stands by for a lease, works while it holds, stands by again when it is lost. Ends when the signal aborts or the work
 * does; an error of the work is passed on. A lease counts from before the request that took or renewed it, so this
 * process stops believing in it no later than the store does.
 */
export async function holdLease<Held>(options: HoldLeaseOptions<Held>): Promise<void> {
  const { leases, durationMs, signal, logger, sleep = realSleep, now = monotonicMs } = options;
  const askMs = durationMs / 5;
  let isWaitTold = false;
  while (!signal.aborted) {
    const askedAtMs = now();
    const lease = await acquire(leases, logger);
    if (lease === null) {
      if (!isWaitTold) logger.info('Another process holds this role; standing by');
      isWaitTold = true;
      await sleep(askMs, signal);
      continue;
    }
    isWaitTold = false;
    logger.info('Took over the role');
    const outcome = await workUnderLease(options, lease, askedAtMs + durationMs);
    if (outcome === 'done') return;
    logger.warn('Lost the role to another process, or could not renew it in time; standing by');
  }
}

async function acquire<Held>(leases: LeaseStore<Held>, logger: Logger): Promise<Held | null> {
  try {
    return await leases.acquire();
  } catch (error) {
    if (!isPassing(error)) throw error;
    logger.warn('Could not ask for the role', { error });
    return null;
  }
}

async function workUnderLease<Held>(
  options: HoldLeaseOptions<Held>,
  lease: Held,
  firstExpiryMs: number,
): Promise<'done' | 'lost'> {
  const { leases, signal, logger, work } = options;
  const lost = new AbortController();
  const ended = new AbortController();
  const keeper = keepRenewing(options, lease, firstExpiryMs, ended.signal).then((outcome) => {
    if (outcome === 'lost') lost.abort(new CausewayError('LEASE_LOST', 'The lease of this role is lost'));
  });
  try {
    await work(lease, AbortSignal.any([signal, lost.signal]));
    return lost.signal.aborted && !signal.aborted ? 'lost' : 'done';
  } catch (error) {
    // Whatever the work throws after it was told to stop comes from stopping.
    if (lost.signal.aborted && !signal.aborted) return 'lost';
    throw error;
  } finally {
    ended.abort();
    await keeper;
    if (!lost.signal.aborted) {
      await leases.release(lease).catch((error: unknown) => {
        logger.warn('Could not give the role back; it runs out by itself', { error });
      });
    }
  }
}

async function keepRenewing<Held>(
  options: HoldLeaseOptions<Held>,
  lease: Held,
  firstExpiryMs: number,
  ended: AbortSignal,
): Promise<'lost' | 'ended'> {
  const { leases, durationMs, logger, sleep = realSleep, now = monotonicMs } = options;
  let expiresAtMs = firstExpiryMs;
  for (;;) {
    await sleep(Math.max(0, Math.min(durationMs / 3, expiresAtMs - now())), ended);
    if (ended.aborted) return 'ended';
    const askedAtMs = now();
    if (askedAtMs >= expiresAtMs) return 'lost';
    const answer = await answerWithin(leases.renew(lease), expiresAtMs - askedAtMs, sleep, ended).catch(
      (error: unknown) => {
        logger.warn('Could not renew the role', { error });
        return null;
      },
    );
    if (answer === false) return 'lost';
    if (answer === true) expiresAtMs = askedAtMs + durationMs;
    else await sleep(durationMs / 20, ended);
  }
}

/** A store that hangs must not keep a lost lease alive: null when there is no answer in time. */
async function answerWithin(
  answer: Promise<boolean>,
  ms: number,
  sleep: Sleep,
  ended: AbortSignal,
): Promise<boolean | null> {
  const timer = new AbortController();
  try {
    return await Promise.race([answer, sleep(ms, AbortSignal.any([ended, timer.signal])).then(() => null)]);
  } finally {
    timer.abort();
    // An answer that comes too late is no news; a late failure is none either.
    answer.catch(() => undefined);
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof CausewayError && error.isRetryable;
}

function monotonicMs(): number {
  return performance.now();
}

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readBank, type BankReadings } from '../harness/bank/read-bank.ts';
import { runBankWorkload, seedBank } from '../harness/bank/workload-bank.ts';
import { Scene } from '../harness/scene.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { openTestStack } from '../harness/stack.ts';

const accounts = 200;
const transfersPerSecond = 200;
const streamMs = 10_000;
/** What a run must have seen to say anything. */
const statesMin = 100;

/** Streams transfers while a reader sums both tables on the target in repeatable-read snapshots. */
async function watchBank(
  broken?: readonly string[],
): Promise<{ readings: BankReadings; differences: string }> {
  await using scene = await Scene.open({ stack: openTestStack(), name: 'bank' });
  const bank = await seedBank(scene.sourceUrl, scene.database, accounts);
  const process = await scene.startConsistent(broken === undefined ? {} : { broken });
  const stopReader = new AbortController();
  const stopWriters = new AbortController();
  const reading = readBank(scene.targetUrl, scene.targetSchema, bank, stopReader.signal);
  const writing = runBankWorkload(
    {
      url: scene.sourceUrl,
      database: scene.database,
      connections: 4,
      transactionsPerSecond: transfersPerSecond,
      seed: freshSeed(),
    },
    bank,
    stopWriters.signal,
  );
  await sleep(streamMs);
  stopWriters.abort();
  await writing;
  await scene.settle(process);
  stopReader.abort();
  const readings = await reading;
  return { readings, differences: await scene.differences() };
}

describe('the target is always a state of the source', () => {
  it('shows a bank whose total never differs in any snapshot, while transfers stream', async () => {
    const { readings, differences } = await watchBank();
    expect(readings.states).toBeGreaterThan(statesMin);
    expect(readings.wrong).toBe(0);
    expect(differences).toBe('');
  });

  it('control: with source transactions split on purpose, the same reader sees wrong totals', async () => {
    const { readings } = await watchBank(['apply.whole-transactions']);
    expect(readings.states).toBeGreaterThan(statesMin);
    expect(readings.wrong).toBeGreaterThan(0);
  });
});

import { Client } from 'pg';
import { sleepQuietly } from '../pace.ts';
import { bankTables, type Bank } from './workload-bank.ts';

export interface BankReadings {
  snapshots: number;
  /** Snapshots whose total is not the bank's. */
  wrong: number;
  /** Different states seen: a reader that only ever saw one state has shown nothing. */
  states: number;
}

/** Sums both tables in repeatable-read snapshots, one statement a table, until the signal. */
export async function readBank(
  postgresUrl: string,
  schema: string,
  bank: Bank,
  signal: AbortSignal,
): Promise<BankReadings> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  const readings: BankReadings = { snapshots: 0, wrong: 0, states: 0 };
  let lastState = '';
  try {
    while (!signal.aborted) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      let cents = 0n;
      let state = '';
      for (const table of bankTables) {
        const { rows } = await client.query<{ cents: string; state: string }>(
          `SELECT (COALESCE(SUM(balance), 0) * 100)::bigint::text AS cents, SUM(balance * id)::text AS state
           FROM "${schema}"."${table}"`,
        );
        cents += BigInt(rows[0]?.cents ?? '0');
        state += ` ${rows[0]?.state}`;
      }
      await client.query('COMMIT');
      readings.snapshots += 1;
      if (cents !== bank.centsTotal) readings.wrong += 1;
      if (state !== lastState) readings.states += 1;
      lastState = state;
      await sleepQuietly(2, signal);
    }
  } finally {
    await client.end();
  }
  return readings;
}

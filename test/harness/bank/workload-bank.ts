import mysql from 'mysql2/promise';
import { runWriters, type WriterCounts, type WriterOptions } from '../run-writers.ts';
import type { SeededRandom } from '../seeded-random.ts';

export const bankTables = ['account', 'saving_account'] as const;

export interface Bank {
  readonly accounts: number;
  /** In cents; the sum over both tables never changes. */
  readonly centsTotal: bigint;
}

const startBalance = 1000;

/** Two tables of accounts; money only ever moves between rows of either. */
export async function seedBank(url: string, database: string, accounts: number): Promise<Bank> {
  const connection = await mysql.createConnection(url);
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database}\``);
    await connection.query(`USE \`${database}\``);
    for (const table of bankTables) {
      await connection.query(
        `CREATE TABLE ${table} (id INT NOT NULL, owner VARCHAR(40) NOT NULL, balance DECIMAL(14,2) NOT NULL, PRIMARY KEY (id))`,
      );
      const rows = Array.from({ length: accounts }, (_, id) => [id + 1, `owner ${id + 1}`, startBalance]);
      await connection.query(`INSERT INTO ${table} (id, owner, balance) VALUES ?`, [rows]);
    }
  } finally {
    await connection.end();
  }
  return { accounts, centsTotal: BigInt(accounts) * BigInt(bankTables.length) * BigInt(startBalance) * 100n };
}

/** Transfers inside a table and across both, of one to four steps each; an account may be closed and opened again on the way. */
export function runBankWorkload(
  options: WriterOptions,
  bank: Bank,
  signal: AbortSignal,
  counts?: WriterCounts,
): Promise<WriterCounts> {
  return runWriters({ rollbackShare: 0.05, ...options }, () => transfer(bank), signal, counts);
}

function transfer(bank: Bank) {
  return async (connection: mysql.Connection, random: SeededRandom): Promise<number> => {
    const steps = random.integer(1, 4);
    for (let step = 0; step < steps; step++) {
      const cents = random.integer(1, 5000);
      const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      await move(connection, random, bank, `-${amount}`);
      await move(connection, random, bank, amount);
    }
    return steps * 2;
  };
}

async function move(
  connection: mysql.Connection,
  random: SeededRandom,
  bank: Bank,
  amount: string,
): Promise<void> {
  const table = random.pick(bankTables);
  const [result] = await connection.query<mysql.ResultSetHeader>(
    `UPDATE ${table} SET balance = balance + ? WHERE id = ?`,
    [amount, random.integer(1, bank.accounts)],
  );
  if (result.affectedRows !== 1) throw new Error(`an account of ${table} is missing`);
}

import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import { z } from 'zod';
import { runHelper, type HelperWork } from '../helper-process.ts';
import { endedTransaction, KafkaLog } from '../kafka-log.ts';
import { Pace } from '../pace.ts';
import { Beats } from './beats.ts';
import { summarise, type LagSummary } from './percentiles.ts';

/** Table `lag_probe` of the database, as the shop has it. */
export const probeConfigSchema = z.object({
  mysqlUrl: z.string(),
  database: z.string(),
  postgresUrl: z.string(),
  schema: z.string(),
  beatsPerSecond: z.number(),
  /** Where a bare consumer watches the same beats pass, as the floor below which no lag can be. */
  floor: z.object({ bootstrapServers: z.string(), topic: z.string() }).nullable(),
});

export type ProbeConfig = z.infer<typeof probeConfigSchema>;

export interface ProbeReport {
  /** From sending the beat's commit to the source until a query on the target shows it. */
  readonly target: LagSummary;
  /** From the same moment until a bare Kafka consumer holds the END of its transaction; null when not asked for. */
  readonly floor: LagSummary | null;
  readonly pending: number;
}

/** How often the target is asked: the resolution of the measurement. */
export const pollMs = 1;
const drainMs = 30_000;
const warmUpSeconds = 2;

function probe(config: ProbeConfig, signal: AbortSignal): HelperWork<ProbeReport> {
  const target = new Beats();
  const floor = config.floor === null ? null : new Beats();
  const done = run(config, target, floor, signal);
  return {
    done,
    current: () => ({
      target: summarise(target.samplesMs),
      floor: floor === null ? null : summarise(floor.samplesMs),
      pending: target.pending,
    }),
  };
}

async function run(
  config: ProbeConfig,
  target: Beats,
  floor: Beats | null,
  signal: AbortSignal,
): Promise<void> {
  const finished = new AbortController();
  const isFloorReady = new Ready();
  const watching = [
    pollTarget(config, target, finished.signal),
    ...(floor === null || config.floor === null
      ? []
      : [watchLog(config.floor, floor, isFloorReady, finished.signal)]),
  ];
  if (floor !== null) await Promise.race([isFloorReady.promise, ...watching]);
  await Promise.race([sendBeats(config, target, floor, signal), ...watching]);
  await drain([target, ...(floor === null ? [] : [floor])]);
  finished.abort();
  await Promise.all(watching);
}

/** Gives the beats that are under way the time to arrive. */
async function drain(all: readonly Beats[]): Promise<void> {
  const deadline = performance.now() + drainMs;
  while (all.some((beats) => beats.pending > 0) && performance.now() < deadline) await sleep(10);
}

class Ready {
  #resolve: () => void = () => undefined;
  readonly promise = new Promise<void>((resolve) => {
    this.#resolve = resolve;
  });

  set(): void {
    this.#resolve();
  }
}

async function sendBeats(
  config: ProbeConfig,
  target: Beats,
  floor: Beats | null,
  signal: AbortSignal,
): Promise<void> {
  const connection = await mysql.createConnection({ uri: config.mysqlUrl, database: config.database });
  const write = (beat: number): Promise<unknown> =>
    connection.query('UPDATE lag_probe SET beat = ?, token = ? WHERE id = 1', [beat, tokenOf(beat)]);
  const pace = new Pace(config.beatsPerSecond);
  try {
    // Connections and statements are warm before the first beat counts.
    for (let round = 0; round < config.beatsPerSecond * warmUpSeconds && !signal.aborted; round++) {
      await pace.wait(signal);
      await write(0);
    }
    while (!signal.aborted) {
      await pace.wait(signal);
      const now = performance.now();
      const beat = target.send(now);
      floor?.send(now);
      await write(beat);
    }
  } finally {
    await connection.end();
  }
}

async function pollTarget(
  { postgresUrl, schema }: ProbeConfig,
  beats: Beats,
  signal: AbortSignal,
): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    while (!signal.aborted) {
      const { rows } = await client.query<{ token: string }>({
        name: 'beat',
        text: `SELECT token FROM "${schema}".lag_probe WHERE id = 1`,
      });
      // Before the first beat arrives, one of an earlier probe may stand there.
      const beat = beatIn(rows[0]?.token ?? '');
      if (beat !== null) beats.see(beat, performance.now());
      await sleep(pollMs);
    }
  } finally {
    await client.end();
  }
}

/** The END that follows a record with a beat's token in it. */
async function watchLog(
  { bootstrapServers, topic }: NonNullable<ProbeConfig['floor']>,
  beats: Beats,
  ready: Ready,
  signal: AbortSignal,
): Promise<void> {
  let open: number | null = null;
  await new KafkaLog(bootstrapServers).follow(
    topic,
    ({ value }) => {
      const beat = value === null || !value.includes('beat<') ? null : beatIn(value.toString('latin1'));
      if (beat !== null) open = beat;
      if (open === null || endedTransaction(value) === null) return;
      beats.see(open, performance.now());
      open = null;
    },
    signal,
    { fromBeginning: false, onReady: () => ready.set() },
  );
}

function tokenOf(beat: number): string {
  return `beat<${process.pid}:${beat}>`;
}

/** In a row of the log the image after the change comes last. */
function beatIn(text: string): number | null {
  const found = [...text.matchAll(/beat<(\d+):(\d+)>/g)].at(-1);
  return found?.[1] === String(process.pid) ? Number(found[2]) : null;
}

await runHelper((json) => probeConfigSchema.parse(json), probe);

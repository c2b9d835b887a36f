import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { killDaemon, livingDaemon, stopDaemon } from './daemon.ts';
import { DownloadMeter } from './download-meter.ts';
import { nativeEndpoints, readEndpoints } from './endpoints-file.ts';
import { fetchAll, isEverythingCached } from './fetch-all.ts';
import { withLock } from './file-lock.ts';
import { findProgram } from './find-program.ts';
import {
  cacheFolder,
  homeFolder,
  instanceFolders,
  type Environment,
  type InstanceFolders,
} from './folders.ts';
import { instancePorts, readPorts } from './instance-ports.ts';
import { instanceSecrets } from './instance-secrets.ts';
import { makePlan } from './make-plan.ts';
import { partPlace, stopOrders } from './part-place.ts';
import type { PlanInput } from './part-plan.ts';
import { ensureRunning } from './part-runner.ts';
import { partStatus } from './part-status.ts';
import { checkPrerequisites, requireAll, requireJava } from './prerequisites.ts';
import type { StackEndpoints } from './stack-endpoints.ts';
import { stackParts, type StackPart, type StackPartStatus } from './stack-parts.ts';
import { writeAtomically } from './write-atomically.ts';

export interface NativeStackOptions {
  readonly instance?: string;
  readonly home?: string;
  readonly cache?: string;
  readonly progress?: (line: string) => void;
  readonly env?: Environment;
}

export interface UpSummary {
  readonly downloadBytes: number;
  readonly downloadMs: number;
  readonly startMs: number;
}

/**
 * One instance of the local stack: real databases, Kafka, Connect and registry as processes of this machine, on
 * loopback. They outlive the process that starts them. Every operation may be repeated, and may be killed at any
 * moment: the next one goes on from what is there. Operations on the same instance wait for each other.
 */
export class NativeStack {
  readonly #env: Environment;
  readonly #folders: InstanceFolders;
  readonly #home: string;
  readonly #cache: string;
  readonly #progress: (line: string) => void;
  #lastUp: UpSummary | null = null;

  constructor(options: NativeStackOptions = {}) {
    this.#env = options.env ?? process.env;
    this.#home = options.home ?? homeFolder(this.#env);
    this.#cache = options.cache ?? cacheFolder(this.#env);
    this.#folders = instanceFolders(this.#home, options.instance ?? 'default');
    this.#progress = options.progress ?? (() => {});
  }

  /** The folder that holds all state of the instance. */
  get folder(): string {
    return this.#folders.root;
  }

  /** What the last `up` of this object took; null before one has succeeded. */
  get lastUp(): UpSummary | null {
    return this.#lastUp;
  }

  /** Fetches what is missing, starts what does not run, and waits until every part is ready. */
  async up(signal: AbortSignal = new AbortController().signal): Promise<StackEndpoints> {
    const isFetchNeeded = !(await isEverythingCached(this.#cache));
    requireAll(await checkPrerequisites(this.#env, { home: this.#home, cache: this.#cache }), isFetchNeeded);
    return this.#alone(signal, async () => {
      // Row data lies below: nobody else looks in.
      await mkdir(this.#folders.root, { recursive: true, mode: 0o700 });
      await mkdir(this.#folders.logs, { recursive: true });
      const meter = new DownloadMeter(this.#progress);
      const begunMs = Date.now();
      const input = await this.#planInput(meter, signal);
      const fetchedMs = Date.now();
      await this.#startAll(input, signal);
      const psql = await findProgram('psql', this.#env);
      const endpoints = nativeEndpoints(this.#folders, input.ports, input.secrets, psql);
      await writeAtomically(this.#folders.endpoints, `${JSON.stringify(endpoints, null, 2)}\n`, 0o600);
      this.#lastUp = {
        downloadBytes: meter.bytes,
        downloadMs: isFetchNeeded ? fetchedMs - begunMs : 0,
        startMs: Date.now() - fetchedMs,
      };
      await writeAtomically(this.#folders.lastUp, `${JSON.stringify(this.#lastUp)}\n`);
      return endpoints;
    });
  }

  /** Ends every process of the instance; data and ports stay. */
  async down(): Promise<void> {
    await this.#alone(undefined, () => this.#stopAll());
  }

  /** Ends every process of the instance and removes everything it has stored. */
  async reset(): Promise<void> {
    await this.#alone(undefined, async () => {
      await this.#stopAll();
      await rm(this.#folders.root, { recursive: true, force: true });
      this.#progress(`removed ${this.#folders.root}`);
    });
  }

  async status(): Promise<StackPartStatus[]> {
    const ports = await readPorts(this.#folders.ports);
    return Promise.all(stackParts.map((part) => partStatus(part, this.#folders, ports)));
  }

  /** What the last `up` recorded; throws STACK_NOT_UP when there was none. */
  async endpoints(): Promise<StackEndpoints> {
    return readEndpoints(this.#folders);
  }

  /** Starts one part of an instance that has been up, and waits until it is ready. */
  async start(part: StackPart, signal: AbortSignal = new AbortController().signal): Promise<void> {
    await readEndpoints(this.#folders);
    await this.#alone(signal, async () => {
      const input = await this.#planInput(new DownloadMeter(this.#progress), signal);
      await ensureRunning(await makePlan(part, input, this.#progress), input, signal, this.#progress);
    });
  }

  /** Ends one part in good order. */
  async stop(part: StackPart): Promise<void> {
    await this.#alone(undefined, () => stopDaemon(partPlace(this.#folders, part), stopOrders[part]));
  }

  /** Ends one part as a crash would. Waits for nobody: a test kills at the moment it chooses. */
  async kill(part: StackPart): Promise<void> {
    await killDaemon(partPlace(this.#folders, part));
  }

  async pid(part: StackPart): Promise<number> {
    const running = await livingDaemon(this.#folders.process(part));
    if (running !== null) return running.pid;
    throw new CausewayError(
      'STACK_NOT_UP',
      `${part} of the instance ${this.#folders.instance} does not run.`,
    );
  }

  logPath(part: StackPart): string {
    return this.#folders.log(part);
  }

  async #planInput(meter: DownloadMeter, signal: AbortSignal): Promise<PlanInput> {
    const folders = this.#folders;
    const versionFile = join(folders.root, 'mysql-version');
    const mysqlVersion = await readFile(versionFile, 'utf8').catch(() => null);
    const input: PlanInput = {
      folders,
      java: await requireJava(this.#env),
      programs: await fetchAll(mysqlVersion, { cache: this.#cache, meter, signal }),
      ports: await instancePorts(folders, this.#env),
      secrets: await instanceSecrets(folders.secrets),
    };
    await writeAtomically(versionFile, input.programs.mysqlVersion);
    return input;
  }

  /** The registry needs PostgreSQL, Connect needs Kafka; the rest starts side by side. */
  async #startAll(input: PlanInput, signal: AbortSignal): Promise<void> {
    const start = async (part: StackPart): Promise<void> =>
      ensureRunning(await makePlan(part, input, this.#progress), input, signal, this.#progress);
    const chains = [
      start('mysql'),
      start('postgres').then(() => start('registry')),
      start('kafka').then(() => start('connect')),
    ];
    // The others are waited for even when one fails: nothing goes on starting behind an error.
    const ends = await Promise.allSettled(chains);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #stopAll(): Promise<void> {
    const present = await readdir(this.#folders.root).catch(() => []);
    if (present.length === 0) return;
    for (const part of [...stackParts].reverse()) {
      const isRunning = (await livingDaemon(this.#folders.process(part))) !== null;
      await stopDaemon(partPlace(this.#folders, part), stopOrders[part]);
      if (isRunning) this.#progress(`${part}: stopped`);
    }
  }

  async #alone<Result>(signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result> {
    return withLock(
      this.#folders.lock,
      {
        ...(signal === undefined ? {} : { signal }),
        onWait: (holder) => this.#progress(`waiting for ${holder}, which works on this instance`),
      },
      work,
    );
  }
}

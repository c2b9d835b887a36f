import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrationDocumentSchema, type MigrationDocument } from '../../schemas/api/migration-document.ts';
import { projectRoot } from './project-root.ts';

export interface CausewayProcessOptions {
  readonly args: readonly string[];
  readonly migration: string;
  /** Everything both streams say is kept here. */
  readonly logFile: string;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `point:nth` or, once a file is there, `point:/path`: the process kills itself with SIGKILL when it gets there. */
  readonly crashAt?: string;
  /** `point:nth` or `point:/path`: the process stops itself with SIGSTOP there, as a machine that freezes. */
  readonly freezeAt?: string;
  /** Mechanisms that are switched off for a control run. */
  readonly broken?: readonly string[];
  /** Told each line as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const linesKept = 5000;
const pollMs = 100;
const stopMsMax = 60_000;

/** The command line as people start it, in a process of its own; with faults, the same through the harness's entry. */
export class CausewayProcess {
  readonly pid: number;
  readonly token: string;
  readonly url: string;
  readonly ended: Promise<ProcessEnd>;
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #migration: string;
  readonly #log: WriteStream;
  #end: ProcessEnd | null = null;

  private constructor(child: ChildProcess, options: CausewayProcessOptions, port: number, token: string) {
    if (child.pid === undefined || child.stdout === null || child.stderr === null) {
      throw new Error('the process did not start');
    }
    this.pid = child.pid;
    this.token = token;
    this.url = `http://127.0.0.1:${port}`;
    this.#child = child;
    this.#migration = options.migration;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
    this.#keep(child.stdout, options.onLine);
    this.#keep(child.stderr, options.onLine);
    const killWithParent = (): void => void child.kill('SIGKILL');
    process.once('exit', killWithParent);
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        process.off('exit', killWithParent);
        this.#end = { code, signal };
        this.#log.end();
        resolve(this.#end);
      });
    });
  }

  static async start(options: CausewayProcessOptions): Promise<CausewayProcess> {
    const port = await freePort();
    const token = randomBytes(20).toString('hex');
    const isFaulty =
      options.crashAt !== undefined || options.freezeAt !== undefined || options.broken !== undefined;
    const entry = isFaulty ? 'dist/test/harness/faulty-causeway.js' : 'dist/services/cli/main.js';
    const child = spawn(process.execPath, [join(projectRoot, entry), ...options.args], {
      cwd: options.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CAUSEWAY_HOME: options.home,
        CAUSEWAY_HTTP_PORT: String(port),
        CAUSEWAY_TOKEN: token,
        CAUSEWAY_LOG_LEVEL: 'info',
        ...(options.crashAt === undefined ? {} : { CAUSEWAY_TEST_CRASH: options.crashAt }),
        ...(options.freezeAt === undefined ? {} : { CAUSEWAY_TEST_FREEZE: options.freezeAt }),
        ...(options.broken === undefined ? {} : { CAUSEWAY_TEST_BREAK: options.broken.join(',') }),
        ...options.env,
      },
    });
    return new CausewayProcess(child, options, port, token);
  }

  get isRunning(): boolean {
    return this.#end === null;
  }

  /** Null while the API does not answer or does not know the migration yet. */
  async status(): Promise<MigrationDocument | null> {
    const answer = await this.request(`/v1/migrations/${this.#migration}`);
    if (answer === null || answer.status !== 200) return null;
    return migrationDocumentSchema.parse(JSON.parse(answer.text));
  }

  async request(path: string): Promise<{ status: number; text: string } | null> {
    try {
      const answer = await fetch(`${this.url}${path}`, {
        headers: { authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(5000),
      });
      return { status: answer.status, text: await answer.text() };
    } catch (thrown) {
      if (thrown instanceof TypeError || isTimeout(thrown)) return null;
      throw thrown;
    }
  }

  /** Waits until the status is as wanted; ends with an error when the process ends before, or the time is over. */
  async waitFor(
    what: string,
    isThere: (document: MigrationDocument) => boolean,
    timeoutMs: number,
  ): Promise<MigrationDocument> {
    const deadline = performance.now() + timeoutMs;
    let last: MigrationDocument | null = null;
    while (performance.now() < deadline) {
      last = await this.status();
      if (last !== null && isThere(last)) return last;
      if (!this.isRunning) throw new Error(`the process ended while waiting for ${what}\n${this.tail()}`);
      await sleep(pollMs);
    }
    throw new Error(`${what} did not come in ${timeoutMs} ms: ${shown(last)}\n${this.tail()}`);
  }

  async waitForExit(timeoutMs: number): Promise<ProcessEnd> {
    const end = await Promise.race([this.ended, sleep(timeoutMs, null, { ref: false })]);
    if (end === null) throw new Error(`the process did not end in ${timeoutMs} ms\n${this.tail()}`);
    return end;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As a crash of the machine: nothing is finished. */
  async killNow(): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }

  /** As an operator stops it: running batches are finished. */
  async stop(): Promise<ProcessEnd> {
    this.kill('SIGTERM');
    return this.waitForExit(stopMsMax);
  }

  tail(count = 30): string {
    return this.lines.slice(-count).join('\n');
  }

  #keep(stream: Readable, onLine: ((line: string) => void) | undefined): void {
    createInterface({ input: stream }).on('line', (line) => {
      onLine?.(line);
      this.#log.write(`${line}\n`);
      this.lines.push(line);
      if (this.lines.length > linesKept) this.lines.splice(0, linesKept / 2);
    });
  }
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'TimeoutError';
}

function shown(document: MigrationDocument | null): string {
  if (document === null) return 'no status was answered';
  const { stage, waitingFor, halts, lag, markers, backfill } = document;
  return JSON.stringify({ stage, waitingFor, halts, lag, markers, backfill: backfill?.rows });
}

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { projectRoot } from './project-root.ts';

/**
 * A worker of the harness in a process of its own, so that writers and probes take no time from each other. It gets its
 * configuration, which may hold passwords, on standard input, reports JSON lines on standard output, and ends at SIGTERM or with whoever started it.
 */
export class HelperProcess<Report> {
  readonly #child: ChildProcess;
  readonly #parse: (json: unknown) => Report;
  readonly #ended: Promise<number | null>;
  #last: string | null = null;

  private constructor(child: ChildProcess, parse: (json: unknown) => Report) {
    this.#child = child;
    this.#parse = parse;
    const { stdout } = child;
    if (stdout === null) throw new Error('the helper has no output');
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      this.#last = line;
    });
    this.#ended = new Promise((resolve) => {
      child.once('close', (code) => resolve(code));
    });
  }

  /** `entry` is a built file below dist/test, without its ending. */
  static start<Report>(
    entry: string,
    config: object,
    parse: (json: unknown) => Report,
  ): HelperProcess<Report> {
    const child = spawn(process.execPath, [join(projectRoot, 'dist', 'test', `${entry}.js`)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.write(`${JSON.stringify(config)}\n`);
    return new HelperProcess(child, parse);
  }

  /** Ends it in order and answers its last report. */
  async stop(): Promise<Report> {
    this.#child.kill('SIGTERM');
    const code = await this.#ended;
    if (code !== 0) throw new Error(`a helper process ended with ${code}`);
    if (this.#last === null) throw new Error('a helper process reported nothing');
    return this.#parse(JSON.parse(this.#last));
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/**
 * The helper's side: reads the configuration, works until SIGTERM or until whoever started it is gone (which closes its
 * input), reports about once a second and at the end.
 */
export async function runHelper<Config, Report extends object>(
  parse: (json: unknown) => Config,
  work: (config: Config, signal: AbortSignal) => HelperWork<Report>,
): Promise<void> {
  const input = createInterface({ input: process.stdin });
  const config = parse(JSON.parse(await firstLine(input)));
  const stop = new AbortController();
  input.once('close', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  // Ctrl-C reaches the whole group; whoever started this one ends it in order.
  process.on('SIGINT', () => undefined);
  const { done, current } = work(config, stop.signal);
  const print = (): void => {
    process.stdout.write(`${JSON.stringify(current())}\n`);
  };
  const timer = setInterval(print, reportMs);
  await done;
  clearInterval(timer);
  print();
  input.close();
  process.stdin.destroy();
}

async function firstLine(input: Interface): Promise<string> {
  return new Promise((resolve) => {
    input.once('line', resolve);
  });
}

export interface HelperWork<Report> {
  readonly done: Promise<unknown>;
  readonly current: () => Report;
}

const reportMs = 1000;

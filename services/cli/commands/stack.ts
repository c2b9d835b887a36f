import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { logTail } from '../../../deploy/native/daemon.ts';
import { formatBytes } from '../../../deploy/native/byte-text.ts';
import { NativeStack } from '../../../deploy/native/stack.ts';
import {
  isStackPart,
  stackParts,
  type StackPart,
  type StackPartStatus,
} from '../../../deploy/native/stack-parts.ts';
import { CausewayError } from '../../../schemas/errors/causeway-error.ts';
import { maskPassword } from '../../../schemas/migration-file/redact-file.ts';
import { sleep } from '../../runtime/sleep.ts';
import { globalOptions, timeoutSignal, type CliContext, type OutputFormat } from '../cli-context.ts';
import { textTable } from '../text-table.ts';

const instanceSchema = z.object({ instance: z.string() });
const logsSchema = z.object({
  lines: z.coerce.number().int().min(1).max(100_000),
  follow: z.boolean().default(false),
});

const followPollMs = 500;

/** `causeway stack`: the servers Causeway needs, as ordinary processes on loopback, for trials, demos and tests. */
export function registerStack(program: Command, context: CliContext): void {
  const stack = program
    .command('stack')
    .description('run MySQL, PostgreSQL, Kafka, Connect and a schema registry on this machine')
    .option(
      '--instance <name>',
      'which of several stacks; CAUSEWAY_STACK_INSTANCE names another default',
      context.env['CAUSEWAY_STACK_INSTANCE'] ?? 'default',
    );
  stack
    .command('up')
    .description('fetch what is missing, start what does not run, wait until all is ready')
    .action((_options: unknown, command: Command) => up(command, context));
  stack
    .command('down')
    .description('end every part; what is stored stays')
    .action((_options: unknown, command: Command) => open(command, context).down());
  stack
    .command('status')
    .description('show each part')
    .action(async (_options: unknown, command: Command) => {
      const { output } = globalOptions(command);
      context.out(statusText(await open(command, context).status(), output));
    });
  stack
    .command('logs')
    .description('print the log of a part')
    .argument('<part>', stackParts.join(', '))
    .option('-n, --lines <count>', 'how many of the last lines', '100')
    .option('-f, --follow', 'go on printing until interrupted')
    .action((part: string, _options: unknown, command: Command) => printLog(part, command, context));
  stack
    .command('reset')
    .description('end every part and delete what is stored')
    .action((_options: unknown, command: Command) => open(command, context).reset());
}

async function up(command: Command, context: CliContext): Promise<void> {
  const native = open(command, context);
  const endpoints = await native.up(
    AbortSignal.any([interruptSignal(context), timeoutSignal(globalOptions(command).timeoutMs)]),
  );
  const took = native.lastUp;
  if (took !== null && took.downloadMs > 0) {
    context.err(`fetched ${formatBytes(took.downloadBytes)} in ${seconds(took.downloadMs)}\n`);
  }
  if (took !== null) context.err(`ready after ${seconds(took.startMs)}\n`);
  const lines = [
    `mysql     ${maskPassword(endpoints.mysql.url)}   client: ${endpoints.mysql.clientPath ?? ''}`,
    `postgres  ${maskPassword(endpoints.postgres.url)}`,
    `kafka     ${endpoints.kafka.bootstrapServers}`,
    `connect   ${endpoints.connect.url}`,
    `registry  ${endpoints.registry.url}`,
    `state     ${native.folder} (passwords in endpoints.json, logs in logs/)`,
  ];
  context.out(`${lines.join('\n')}\n`);
}

function open(command: Command, context: CliContext): NativeStack {
  const { instance } = instanceSchema.parse(command.optsWithGlobals());
  return new NativeStack({ instance, env: context.env, progress: (line) => context.err(`${line}\n`) });
}

const statusColumns = [
  { title: 'PART', align: 'left' },
  { title: 'STATE', align: 'left' },
  { title: 'PID', align: 'right' },
  { title: 'PORT', align: 'right' },
  { title: 'VERSION', align: 'left' },
] as const;

export function statusText(statuses: readonly StackPartStatus[], output: OutputFormat): string {
  if (output === 'json') return `${JSON.stringify(statuses, null, 2)}\n`;
  if (output === 'ndjson') return statuses.map((status) => `${JSON.stringify(status)}\n`).join('');
  const rows = statuses.map(({ part, state, pid, port, version }) => [
    part,
    state,
    String(pid ?? ''),
    String(port ?? ''),
    version ?? '',
  ]);
  return `${textTable(statusColumns, rows).join('\n')}\n`;
}

async function printLog(name: string, command: Command, context: CliContext): Promise<void> {
  const part = toPart(name);
  const options = logsSchema.safeParse(command.opts());
  if (!options.success) throw new CausewayError('USAGE', '--lines takes a whole number from 1 to 100000.');
  const native = open(command, context);
  const path = native.logPath(part);
  const size = (await stat(path).catch(() => null))?.size;
  if (size === undefined) {
    throw new CausewayError('STACK_NOT_UP', `${part} has never been started: ${path} does not exist.`);
  }
  context.out(`${await logTail(path, options.data.lines)}\n`);
  if (options.data.follow) await follow(path, size, context);
}

/** Prints what is appended; a log that was turned over is read from its start. */
async function follow(path: string, from: number, context: CliContext): Promise<void> {
  const stop = new AbortController();
  context.signals.on('SIGINT', () => stop.abort());
  context.signals.on('SIGTERM', () => stop.abort());
  for (let start = from; !stop.signal.aborted; await sleep(followPollMs, stop.signal)) {
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    if (size < start) start = 0;
    if (size === start) continue;
    for await (const text of createReadStream(path, { start, end: size - 1, encoding: 'utf8' })) {
      context.out(String(text));
    }
    start = size;
  }
}

function toPart(name: string): StackPart {
  if (isStackPart(name)) return name;
  throw new CausewayError(
    'STACK_PART_UNKNOWN',
    `There is no part ${name}; there are ${stackParts.join(', ')}.`,
  );
}

/** Aborts on the first interrupt: what already runs stays, and the next `up` goes on from there. */
function interruptSignal(context: CliContext): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new CausewayError('INTERRUPTED', 'Interrupted.'));
  context.signals.on('SIGINT', stop);
  context.signals.on('SIGTERM', stop);
  return controller.signal;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

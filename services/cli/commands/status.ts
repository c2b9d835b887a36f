import type { Command } from 'commander';
import { z } from 'zod';
import { homeFolder } from '../../../deploy/native/folders.ts';
import type { MigrationDocument } from '../../../schemas/api/migration-document.ts';
import { readSettings } from '../../../schemas/settings.ts';
import { sleep } from '../../runtime/sleep.ts';
import { ApiClient, findApi } from '../api-client.ts';
import {
  globalOptions,
  timeoutSignal,
  withTimeout,
  type CliContext,
  type OutputFormat,
} from '../cli-context.ts';
import { exitCodes } from '../exit-codes.ts';
import { statusText } from '../status-text.ts';

const optionsSchema = z.object({ watch: z.boolean().default(false), url: z.string().optional() });

/** How often --watch asks. */
const watchMs = 1_000;
/** Clears a terminal and goes to its first line. */
const clearScreen = '\u001b[2J\u001b[H';

export function registerStatus(program: Command, context: CliContext): void {
  program
    .command('status')
    .description('show how a migration stands: stage, rows, rate, lag, position')
    .option('-w, --watch', 'show it again every second until interrupted')
    .option('--url <url>', 'API to ask, instead of the process that runs here')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsSchema.parse(command.opts());
      const { migration, output, timeoutMs } = globalOptions(command);
      const settings = readSettings(context.env);
      const api = await findApi({
        url: options.url ?? settings.url ?? null,
        token: settings.token ?? null,
        home: homeFolder(context.env),
        migration,
      });
      const client = new ApiClient(api);
      if (!options.watch) {
        const document = await withTimeout(timeoutMs, async () => client.status(api.migration));
        context.out(formatStatus(document, output));
        return;
      }
      await watch(context, client, api.migration, output, timeoutSignal(timeoutMs));
    });
}

async function watch(
  context: CliContext,
  client: ApiClient,
  migration: string | null,
  output: OutputFormat,
  timeout: AbortSignal,
): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  context.signals.on('SIGINT', stop);
  context.signals.on('SIGTERM', stop);
  const either = AbortSignal.any([stopped.signal, timeout]);
  while (!either.aborted) {
    const document = await client.status(migration);
    const screen = output === 'table' && context.isTerminal ? clearScreen : '';
    context.out(screen + formatStatus(document, output === 'json' ? 'ndjson' : output));
    await sleep(watchMs, either);
  }
  timeout.throwIfAborted();
  context.setExitCode(exitCodes.interrupted);
}

function formatStatus(document: MigrationDocument, output: OutputFormat): string {
  if (output === 'table') return statusText(document);
  return `${JSON.stringify(document, null, output === 'json' ? 2 : 0)}\n`;
}

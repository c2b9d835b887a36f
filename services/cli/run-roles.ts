import type { Role } from '../../connectors/store/leases.ts';
import { homeFolder } from '../../deploy/native/folders.ts';
import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import { changeText } from '../../schemas/migration-file/compare-files.ts';
import type { ParsedFile } from '../../schemas/migration-file/parse-file.ts';
import { readSettings, type Settings } from '../../schemas/settings.ts';
import { acceptFile } from '../control/accept-file.ts';
import { ensureApiToken } from '../control/api-token.ts';
import { runParts, type Part } from '../runtime/run-parts.ts';
import { timeoutSignal, type CliContext } from './cli-context.ts';
import { exitCodes } from './exit-codes.ts';
import { followMigration } from './follow-migration.ts';
import { loadMigrationFile } from './load-file.ts';
import { openMigrationContext, type MigrationContext } from './migration-context.ts';
import { offeredEndpoints } from './offered-endpoints.ts';
import { ProgressWriter, type ProgressMode } from './progress-writer.ts';
import { watchFile } from './watch-file.ts';
import { wireRoles } from './wire-roles.ts';

export interface RunRolesOptions {
  readonly filePath: string;
  readonly roles: readonly Role[];
  readonly untilConsistent: boolean;
  readonly progress: ProgressMode | 'auto';
  readonly timeoutMs: number | null;
}

/** What a run has to say at its end. */
export interface RunSummary {
  readonly outcome: 'consistent' | 'stopped';
  readonly document: MigrationDocument | null;
  readonly durationMs: number;
}

/** Runs roles of one migration in this process, until a signal, the end that was asked for, or an error. */
export async function runRoles(cli: CliContext, options: RunRolesOptions): Promise<RunSummary> {
  const startedAtMs = performance.now();
  const settings = readSettings(cli.env);
  const { file, redacted } = await loadMigrationFile(options.filePath, cli.env);
  const context = await openContext(cli, { file, redacted }, settings, options.progress);
  try {
    await context.store.migrate();
    const { holder } = context;
    const changes = await acceptFile(context.store, { migration: file.migration, redacted, holder });
    for (const change of changes) context.logger.info(`The file has changed: ${changeText(change)}`);
    const status = new LastStatus();
    const outcome = await runParts({
      parts: await wireParts(cli, context, options, status),
      logger: context.logger,
      drainMs: settings.drainMs,
      signals: cli.signals,
      forceExit: (reason) => {
        context.logger.error(`Ending at once: ${reason}`);
        cli.forceExit(exitCodes.interrupted);
      },
      stop: timeoutSignal(options.timeoutMs),
    });
    if (outcome.kind === 'failed') throw outcome.error;
    if (outcome.kind === 'interrupted') cli.setExitCode(exitCodes.interrupted);
    return {
      outcome: outcome.kind === 'done' ? 'consistent' : 'stopped',
      document: status.document,
      durationMs: performance.now() - startedAtMs,
    };
  } finally {
    await context.store.close();
  }
}

class LastStatus {
  document: MigrationDocument | null = null;
}

async function openContext(
  cli: CliContext,
  { file, redacted }: ParsedFile,
  settings: Settings,
  progress: ProgressMode | 'auto',
): Promise<MigrationContext> {
  // Beside a line that is written over, only what a person has to see is logged.
  const quiet = progress === 'line' || (progress === 'auto' && cli.isTerminal);
  const context = await openMigrationContext(cli, {
    file,
    redacted,
    settings,
    offered: await offeredEndpoints(cli, file, settings),
    level: settings.logLevel ?? (quiet ? 'warn' : 'info'),
  });
  context.metrics.collectProcess();
  return context;
}

async function wireParts(
  cli: CliContext,
  context: MigrationContext,
  options: RunRolesOptions,
  status: LastStatus,
): Promise<Part[]> {
  const { settings, logger } = context;
  const home = homeFolder(cli.env);
  const api = {
    home,
    token: settings.token ?? (await ensureApiToken(home)),
    onListening: (url: string) => {
      if (cli.isTerminal) cli.err(`API: ${url}\n`);
    },
  };
  const mode = options.progress === 'auto' ? (cli.isTerminal ? 'line' : 'log') : options.progress;
  const writer = new ProgressWriter({ mode, write: cli.err, logger });
  const follow: Part = {
    name: 'progress',
    endsProcess: true,
    run: async (signal) => {
      const onStatus = (document: MigrationDocument): void => {
        status.document = document;
        writer.show(document);
      };
      try {
        await followMigration(context, { untilConsistent: options.untilConsistent, onStatus }, signal);
      } finally {
        writer.end();
      }
    },
  };
  const file: Part = {
    name: 'file',
    run: async (signal) => watchFile(context, options.filePath, cli.env, signal),
  };
  return [...wireRoles(context, options.roles, api), file, follow];
}

import { Option, type Command } from 'commander';
import { z } from 'zod';
import type { Role } from '../../../connectors/store/leases.ts';
import { globalOptions, type CliContext, type OutputFormat } from '../cli-context.ts';
import { countText, secondsText } from '../number-text.ts';
import { lagText } from '../progress-text.ts';
import { runRoles, type RunSummary } from '../run-roles.ts';

const optionsSchema = z.object({
  file: z.string(),
  until: z.literal('consistent').optional(),
  progress: z.enum(['auto', 'line', 'text', 'log', 'none']),
});

const allRoles: readonly Role[] = ['control', 'apply', 'backfill'];

const unproven = 'That both sides are equal is not yet proven: compare them before you rely on it.';

/** `run` has all roles in one process; a command of each role's name has that one alone. */
export function registerRun(program: Command, context: CliContext): void {
  const run = roleCommand(
    program,
    context,
    'run',
    'move the tables and keep following the source: all roles in one process',
    allRoles,
  );
  run.addOption(
    new Option('--until <state>', 'end with success once the target is consistent').choices(['consistent']),
  );
  roleCommand(program, context, 'control', 'only the control role: stages, connector, markers', ['control']);
  roleCommand(program, context, 'apply', 'only the apply role: the log into the target', ['apply']);
  roleCommand(program, context, 'backfill', 'only the backfill role: copies the tables', ['backfill']);
}

function roleCommand(
  program: Command,
  context: CliContext,
  name: string,
  description: string,
  roles: readonly Role[],
): Command {
  return program
    .command(name)
    .description(description)
    .option('-f, --file <path>', 'migration file', 'causeway.yaml')
    .addOption(
      new Option(
        '--progress <how>',
        'line: one that is written over; text: a line now and then; log: a log line; none',
      )
        .choices(['auto', 'line', 'text', 'log', 'none'])
        .default('auto'),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = optionsSchema.parse(command.opts());
      const { output, timeoutMs } = globalOptions(command);
      const summary = await runRoles(context, {
        filePath: options.file,
        roles,
        untilConsistent: options.until === 'consistent',
        progress: options.progress,
        timeoutMs,
      });
      context.out(summaryText(summary, output));
    });
}

function summaryText(summary: RunSummary, output: OutputFormat): string {
  const { outcome, document, durationMs } = summary;
  if (output !== 'table') {
    const { migration = null, stage = null, backfill = null, lag = null, position = null } = document ?? {};
    const isEqualityProven = false;
    return `${JSON.stringify({ outcome, migration, stage, isEqualityProven, durationMs: Math.round(durationMs), backfill, lag, position })}\n`;
  }
  const seconds = secondsText(durationMs / 1000);
  if (document === null) return `Stopped after ${seconds}.\n`;
  if (outcome === 'stopped') {
    return `Stopped at stage ${document.stage} after ${seconds}. The next start goes on from here.\n`;
  }
  const { migration, backfill } = document;
  return [
    `Migration ${migration} is consistent after ${seconds}.`,
    ...(backfill === null
      ? []
      : [`  ${countText(backfill.rows)} rows of ${backfill.tables.length} tables were copied.`]),
    `  Lag: ${lagText(document)}.`,
    `  ${unproven}`,
    '',
  ].join('\n');
}

import type { Command } from 'commander';
import { cacheFolder, homeFolder } from '../../../deploy/native/folders.ts';
import { checkPrerequisites, type Prerequisite } from '../../../deploy/native/prerequisites.ts';
import { globalOptions, type CliContext, type OutputFormat } from '../cli-context.ts';
import { exitCodes } from '../exit-codes.ts';
import { textTable } from '../text-table.ts';

/** `causeway doctor`: what the local stack needs of this machine, and how to get what is missing. */
export function registerDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('check what the local stack needs of this machine')
    .action(async (_options: unknown, command: Command) => {
      const checked = await checkPrerequisites(context.env, {
        home: homeFolder(context.env),
        cache: cacheFolder(context.env),
      });
      context.out(doctorText(checked, globalOptions(command).output));
      if (checked.some(({ state }) => state === 'missing')) context.setExitCode(exitCodes.error);
    });
}

const columns = [
  { title: 'STATE', align: 'left' },
  { title: 'NEEDS', align: 'left' },
  { title: 'FOUND', align: 'left' },
] as const;

export function doctorText(checked: readonly Prerequisite[], output: OutputFormat): string {
  if (output === 'json') return `${JSON.stringify(checked, null, 2)}\n`;
  if (output === 'ndjson') return checked.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const rows = checked.map(({ state, name, found }) => [state, name, found]);
  const remedies = checked
    .filter(({ remedy }) => remedy !== '')
    .map(({ name, remedy }) => `${name}: ${remedy}`);
  const lines = [...textTable(columns, rows), ...(remedies.length === 0 ? [] : ['', ...remedies])];
  return `${lines.join('\n')}\n`;
}

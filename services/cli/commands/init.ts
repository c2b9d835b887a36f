import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { CausewayError } from '../../../schemas/errors/causeway-error.ts';
import { checkMigrationFile } from '../../../schemas/migration-file/parse-file.ts';
import { faultText } from '../../../schemas/migration-file/file-fault.ts';
import { globalOptions, type CliContext } from '../cli-context.ts';
import { writeFirstFile } from '../first-file.ts';

const optionsSchema = z.object({ source: z.string(), target: z.string(), file: z.string() });

export function registerInit(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('write a commented migration file from two URLs')
    .requiredOption('--source <url>', 'mysql://user:password@host:port, with /database to take only that one')
    .requiredOption('--target <url>', 'postgres://user:password@host:port/database')
    .option('-f, --file <path>', 'file to write', 'causeway.yaml')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsSchema.parse(command.opts());
      const globals = globalOptions(command);
      const first = writeFirstFile({ ...options, migration: globals.migration });
      // The file is checked as any other: a wrong URL is told now and not at the first run.
      const env = { ...context.env, ...first.secrets };
      const outcome = checkMigrationFile(first.text, { env, readFile: () => undefined });
      if ('faults' in outcome) {
        const faults = outcome.faults.map((fault) => faultText({ ...fault, line: null }, 'init'));
        throw new CausewayError('USAGE', `The URLs cannot be used:\n${faults.join('\n')}`);
      }
      await writeNew(options.file, first.text, globals.yes);
      if (globals.output !== 'table') {
        const passwords = Object.keys(first.secrets).map((name) => `env:${name}`);
        context.out(`${JSON.stringify({ file: options.file, passwords })}\n`);
        return;
      }
      context.out(`Wrote ${options.file}.\n`);
      for (const name of Object.keys(first.secrets)) {
        context.out(
          `The file refers to a password as \${env:${name}} and does not hold it: set ${name} before you go on.\n`,
        );
      }
      context.out(`Choose the tables in it, then: causeway plan -f ${options.file}\n`);
    });
}

async function writeNew(path: string, text: string, mayReplace: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: mayReplace ? 'w' : 'wx', mode: 0o600 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new CausewayError('FILE_EXISTS', `${path} is already there`, { facts: { path } });
    }
    throw error;
  }
}

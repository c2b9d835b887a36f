import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { z } from 'zod';
import type { CliContext } from './cli-context.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerInit } from './commands/init.ts';
import { registerPlan } from './commands/plan.ts';
import { registerRun } from './commands/run.ts';
import { registerSchema } from './commands/schema.ts';
import { registerStack } from './commands/stack.ts';
import { registerStatus } from './commands/status.ts';

/** The whole command line. */
export function createProgram(context: CliContext): Command {
  const program = new Command('causeway')
    .description('Moves live tables from MySQL to PostgreSQL without downtime')
    .version(readVersion(), '-V, --version')
    .option('--migration <name>', 'migration to work on; without it the only one')
    .addOption(
      new Option('-o, --output <format>', 'how results are printed')
        .choices(['table', 'json', 'ndjson'])
        .default('table'),
    )
    .option('--yes', 'answer yes to what would be asked')
    .option('--timeout <duration>', 'give up after 30s, 10m, 2h')
    .addHelpText('after', exitCodesText)
    .showHelpAfterError('Run it with --help to see what there is.')
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.err });
  registerInit(program, context);
  registerPlan(program, context);
  registerRun(program, context);
  registerStatus(program, context);
  registerSchema(program, context);
  registerStack(program, context);
  registerDoctor(program, context);
  return program;
}

const exitCodesText = `
Exit codes: 0 done, 1 error, 2 wrong usage, 3 a gate refused, 4 differences found, 5 timed out,
6 conflict with what is stored, 130 interrupted.`;

const packageSchema = z.object({ version: z.string() });

function readVersion(): string {
  // Beside dist/ when built, and at the root of the tree in tests.
  for (const path of ['../../../package.json', '../../package.json']) {
    try {
      return packageSchema.parse(JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))).version;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    }
  }
  return 'unknown';
}

import type { Command } from 'commander';
import { migrationFileJsonSchema } from '../../../schemas/migration-file.ts';
import type { CliContext } from '../cli-context.ts';

export function registerSchema(program: Command, context: CliContext): void {
  program
    .command('schema')
    .description("print the migration file's JSON Schema")
    .action(() => {
      context.out(`${JSON.stringify(migrationFileJsonSchema(), null, 2)}\n`);
    });
}

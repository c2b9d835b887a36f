import type { Command } from 'commander';
import { z } from 'zod';
import { MysqlSource } from '../../../connectors/mysql/source-engine.ts';
import { postgresPlanSql } from '../../../connectors/postgres/plan-steps.ts';
import { addEvent } from '../../../connectors/store/events.ts';
import { approvePlan, readMigration, savePlan } from '../../../connectors/store/migration-rows.ts';
import { CausewayError } from '../../../schemas/errors/causeway-error.ts';
import type { MigrationFile } from '../../../schemas/migration-file.ts';
import type { MigrationPlan } from '../../../schemas/migration-plan.ts';
import { buildPlan } from '../../../schemas/plan/build-plan.ts';
import { readSettings } from '../../../schemas/settings.ts';
import { renderPlan } from '../../../schemas/plan/render-plan.ts';
import { acceptFile } from '../../control/accept-file.ts';
import { globalOptions, withTimeout, type CliContext } from '../cli-context.ts';
import { loadMigrationFile } from '../load-file.ts';
import { openMigrationContext, type MigrationContext } from '../migration-context.ts';
import { offeredEndpoints } from '../offered-endpoints.ts';

const optionsSchema = z.object({ file: z.string(), approve: z.boolean().default(false) });

export function registerPlan(program: Command, context: CliContext): void {
  program
    .command('plan')
    .description('print the SQL that would be run, and what is not carried; creates nothing')
    .option('-f, --file <path>', 'migration file', 'causeway.yaml')
    .option('--approve', 'approve the plan as it is printed')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsSchema.parse(command.opts());
      const { output, timeoutMs } = globalOptions(command);
      const { file, redacted } = await loadMigrationFile(options.file, context.env);
      const plan = await withTimeout(timeoutMs, async () => makePlan(file));
      context.out(
        output === 'table'
          ? `${renderPlan(plan)}\n`
          : `${JSON.stringify(plan, null, output === 'json' ? 2 : 0)}\n`,
      );
      if (!options.approve) {
        context.err(`Nothing is created. Approve with: causeway plan -f ${options.file} --approve\n`);
        return;
      }
      const approved = await approve(context, file, redacted, plan);
      context.err(`Plan ${approved} is approved.\n`);
    });
}

async function makePlan(file: MigrationFile): Promise<MigrationPlan> {
  const tables = await new MysqlSource(file.source.url).readCatalogue(file.tables);
  return buildPlan({ migration: file.migration, targetSchema: file.target.schema, tables }, postgresPlanSql);
}

async function approve(
  cli: CliContext,
  file: MigrationFile,
  redacted: unknown,
  plan: MigrationPlan,
): Promise<string> {
  const settings = readSettings(cli.env);
  const offered = await offeredEndpoints(cli, file, settings);
  const context = await openMigrationContext(cli, { file, redacted, settings, offered, level: 'warn' });
  try {
    await context.store.migrate();
    await acceptFile(context.store, { migration: file.migration, redacted, holder: context.holder });
    await recordApproval(context, plan);
    return plan.fingerprint;
  } finally {
    await context.store.close();
  }
}

async function recordApproval({ store, file, holder }: MigrationContext, plan: MigrationPlan): Promise<void> {
  const { migration } = file;
  const { fingerprint } = plan;
  const isSaved = await savePlan(store, plan);
  if (isSaved && (await approvePlan(store, migration, fingerprint))) {
    const data = { fingerprint, by: 'causeway plan --approve' };
    await addEvent(store, { migration, kind: 'approved', stage: 'preflight', holder, data });
    return;
  }
  const row = await readMigration(store, migration);
  if (row?.approvedFingerprint === fingerprint) return;
  throw new CausewayError(
    'PLAN_CHANGED',
    `Migration ${migration} is at stage ${row?.stage ?? 'unknown'} with plan ${row?.planFingerprint ?? 'none'}; the source now gives plan ${fingerprint}`,
    {
      facts: { migration, fingerprint },
      remedy:
        'A plan that is being carried out cannot be replaced. Start a migration under another name for the new plan.',
    },
  );
}

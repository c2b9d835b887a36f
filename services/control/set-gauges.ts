import { readLeases } from '../../connectors/store/leases.ts';
import { listMigrations, type MigrationRow } from '../../connectors/store/migration-rows.ts';
import { readPartStatus } from '../../connectors/store/part-status.ts';
import type { StoreQueries } from '../../connectors/store/store.ts';
import type { ControlStatus } from '../../schemas/api/control-status.ts';
import { stages } from '../../schemas/stage.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { backfillStatusOf, controlStatusOf } from './read-document.ts';

const parts = ['control', 'apply', 'backfill'] as const;

/** Sets the gauges that come from the control store, right before a scrape; of what is not known any more nothing is left. */
export async function setGauges(store: StoreQueries, metrics: Metrics): Promise<void> {
  const found = await Promise.all(
    (await listMigrations(store)).map(async (row) => ({
      row,
      leases: await readLeases(store, row.name),
      statuses: await readPartStatus(store, row.name),
    })),
  );
  metrics.resetStoreGauges();
  for (const { row, leases, statuses } of found) {
    const { name: migration } = row;
    setStateGauges(row, metrics);
    const held = new Set(leases.filter(({ isLive }) => isLive).map(({ role }) => role));
    for (const role of parts) metrics.roleHeld.set({ migration, role }, held.has(role) ? 1 : 0);
    for (const { part, ageMs } of statuses) metrics.statusAgeSeconds.set({ migration, part }, ageMs / 1000);
    setControlGauges(migration, controlStatusOf(statuses), metrics);
    for (const { table, rows, rowsEstimate } of backfillStatusOf(statuses)?.tables ?? []) {
      metrics.tableRows.set({ migration, table }, Number(rows));
      metrics.tableRowsEstimate.set({ migration, table }, Number(rowsEstimate));
    }
  }
}

function setStateGauges({ name: migration, stage, halts }: MigrationRow, metrics: Metrics): void {
  metrics.stage.set({ migration }, stages.indexOf(stage));
  for (const part of parts) metrics.halted.set({ migration, part }, part in halts ? 1 : 0);
}

function setControlGauges(migration: string, status: ControlStatus, metrics: Metrics): void {
  const { lag, log, connector } = status;
  // A gauge that nobody knows is left out: zero would be a claim.
  if (lag.ms !== null) metrics.lagSeconds.set({ migration }, lag.ms / 1000);
  if (lag.records !== null) metrics.lagRecords.set({ migration }, Number(lag.records));
  if (log !== null) {
    metrics.logStartOffset.set({ migration }, Number(log.startOffset));
    metrics.logEndOffset.set({ migration }, Number(log.endOffset));
    metrics.logNeededOffset.set({ migration }, Number(log.neededOffset));
    metrics.logBytes.set({ migration }, Number(log.bytes));
    metrics.logRecords.set({ migration }, Number(BigInt(log.endOffset) - BigInt(log.startOffset)));
  }
  if (connector !== null) metrics.connectorHealthy.set({ migration }, connector.state === 'healthy' ? 1 : 0);
}

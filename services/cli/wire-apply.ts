import { openKafkaLogSource } from '../../connectors/kafka/kafka-log-source.ts';
import { openLogReader } from '../../connectors/kafka/log-reader.ts';
import { LogRecordDecoder } from '../../connectors/debezium/decode-log-record.ts';
import { CachedRegistry } from '../../connectors/registry/schema-cache.ts';
import { readDesiredState, readMigration, setHalt } from '../../connectors/store/migration-rows.ts';
import { writePartStatus } from '../../connectors/store/part-status.ts';
import { schemaRows } from '../../connectors/store/registry-rows.ts';
import type { MigrationLimits } from '../../schemas/migration-file.ts';
import { logNames } from '../../schemas/log-names.ts';
import { helperDatabase, markerTable } from '../../schemas/marker-table.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { applyLimits, type ApplyLimits } from '../apply/apply-limits.ts';
import type { ApplyPort, OpenApplyLog } from '../apply/apply-port.ts';
import { ApplyWorker } from '../apply/apply-worker.ts';
import { haltOf } from './halt-of.ts';
import type { MigrationContext } from './migration-context.ts';
import { wireKafka, wireRegistry, wireTarget } from './wire-control.ts';

export function wireApply(context: MigrationContext): ApplyWorker {
  const { file, settings, metrics, faults } = context;
  const limits = new LiveApplyLimits(file.limits);
  return new ApplyWorker({
    migration: file.migration,
    target: wireTarget(context),
    port: applyPort(context, limits),
    openLog: wireLog(context),
    logger: context.logger.child({ role: 'apply' }),
    metrics,
    haltRetryMs: settings.haltRetryMs,
    limits,
    faults,
    followMs: settings.followMs,
  });
}

/** The limits as the control store last had them: a change of the file reaches a running applier through them. */
class LiveApplyLimits implements ApplyLimits {
  limits: MigrationLimits;
  readonly recordMs = applyLimits.recordMs;

  constructor(limits: MigrationLimits) {
    this.limits = limits;
  }

  get groupEvents(): number {
    return this.limits.apply.rowsMax;
  }

  get groupChars(): number {
    return this.limits.apply.bytesMax;
  }

  get groupMs(): number {
    return this.limits.apply.lingerMs;
  }
}

function applyPort({ file, store, holder }: MigrationContext, live: LiveApplyLimits): ApplyPort {
  const { migration } = file;
  return {
    readDesired: async () => {
      const row = await readDesiredState(store, migration);
      if (row !== null) live.limits = row.limits;
      return row;
    },
    readPlan: async () => (await readMigration(store, migration))?.plan ?? null,
    reportStatus: async (status) =>
      writePartStatus(store, { migration, part: 'apply', holder, data: status }),
    reportHalt: async (error) => setHalt(store, migration, 'apply', error === null ? null : haltOf(error)),
  };
}

/** The log from a checkpoint on: records from Kafka, decoded by schemas that outlive the registry, put together as units. */
function wireLog(context: MigrationContext): OpenApplyLog {
  const { file, store, faults } = context;
  const { migration } = file;
  const client = wireKafka(context);
  const registry = new CachedRegistry({
    registry: wireRegistry(context),
    store: schemaRows(store, migration),
  });
  return async (checkpoint, signal) => {
    const plan = (await readMigration(store, migration))?.plan;
    const decoder = new LogRecordDecoder({
      schemas: registry,
      beforeColumns: new Map((plan?.tables ?? []).map((table) => [table.id, identifyingColumns(table)])),
    });
    const source = await openKafkaLogSource(client, logNames(migration).topic);
    try {
      const reader = await openLogReader({
        source,
        decoder,
        checkpoint,
        markerIdentity: { database: helperDatabase, table: markerTable, migration },
        checks: {
          dedupe: !faults.isBroken('log.dedupe'),
          gapDetection: !faults.isBroken('log.gap-detection'),
        },
        signal,
      });
      return {
        [Symbol.asyncIterator]: () => reader[Symbol.asyncIterator](),
        logEndOffset: async () => reader.logEndOffset(),
        close: async () => source.close(),
      };
    } catch (error) {
      await source.close();
      throw error;
    }
  };
}

/** What is needed of the image before a change: the columns that say which row it was, and which unique values it held. */
function identifyingColumns(table: TablePlan): string[] {
  const places = new Set([...table.key, ...table.uniqueKeys.flat()]);
  return table.columns.flatMap(({ source }, at) => (places.has(at) ? [source.name] : []));
}

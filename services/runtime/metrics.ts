import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A metric as people read about it. */
export interface MetricDeclaration {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Seconds; from a batch that is hardly there to one that is a problem. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const perMigration = ['migration'] as const;
const perTable = ['migration', 'table'] as const;

/** Every metric of every role, declared here and nowhere else. Labels hold names of migrations, tables and parts only. */
export class Metrics {
  readonly registry = new Registry();
  readonly #declared: MetricDeclaration[] = [];
  readonly #gauges: { reset(): void }[] = [];

  // What the workers of this process do.
  readonly applyTransactions = this.#counter(
    'causeway_apply_source_transactions_total',
    perMigration,
    'transactions',
    'Source transactions applied to the target.',
  );
  readonly applyChanges = this.#counter(
    'causeway_apply_changes_total',
    [...perTable, 'op'],
    'rows',
    'Row changes read from the log and applied, by kind of change.',
  );
  readonly applyBatches = this.#counter(
    'causeway_apply_batches_total',
    perMigration,
    'batches',
    'Target transactions committed by the applier.',
  );
  readonly applyBatchSeconds = this.#histogram(
    'causeway_apply_batch_seconds',
    perMigration,
    'Time from the start of writing a batch to the return of its commit.',
  );
  readonly applyRetries = this.#counter(
    'causeway_apply_retries_total',
    perMigration,
    'retries',
    'Restarts of the applier after an error that may pass.',
  );
  readonly backfillRows = this.#counter(
    'causeway_backfill_rows_total',
    perTable,
    'rows',
    'Rows copied by the backfill of this process.',
  );
  readonly backfillBytes = this.#counter(
    'causeway_backfill_bytes_total',
    perTable,
    'bytes',
    'Bytes sent to the target by the backfill of this process.',
  );
  readonly backfillChunks = this.#counter(
    'causeway_backfill_chunks_total',
    perTable,
    'chunks',
    'Chunks committed by the backfill of this process.',
  );

  // What the process that holds the control role sees.
  readonly markers = this.#counter(
    'causeway_markers_total',
    perMigration,
    'markers',
    'Markers written to the source.',
  );
  readonly markerRoundTripSeconds = this.#histogram(
    'causeway_marker_round_trip_seconds',
    perMigration,
    'Time from sending a marker to the source until it was seen applied in the target.',
  );
  readonly connectorRestarts = this.#counter(
    'causeway_connector_restarts_total',
    perMigration,
    'restarts',
    'Restarts of the connector ordered by Causeway.',
  );
  readonly logTrims = this.#counter(
    'causeway_log_trims_total',
    perMigration,
    'trims',
    'Times that old records were deleted from the log.',
  );

  // What the control store says, set at each scrape, whoever serves it.
  readonly stage = this.#gauge(
    'causeway_stage',
    perMigration,
    'number',
    'Stage by number: 0 draft, 1 preflight, 2 expand, 3 sync, 4 backfill, 5 replay, 6 index, 7 verify.',
  );
  readonly halted = this.#gauge(
    'causeway_halted',
    ['migration', 'part'],
    '0 or 1',
    'Whether a part stands still and why it does is in the status.',
  );
  readonly roleHeld = this.#gauge(
    'causeway_role_held',
    ['migration', 'role'],
    '0 or 1',
    'Whether some process holds the role.',
  );
  readonly lagSeconds = this.#gauge(
    'causeway_lag_seconds',
    perMigration,
    'seconds',
    'Lag by marker round trips: age of the oldest marker not applied yet, or the last round trip.',
  );
  readonly lagRecords = this.#gauge(
    'causeway_lag_records',
    perMigration,
    'records',
    'Records of the log that are not taken in yet.',
  );
  readonly logRecords = this.#gauge(
    'causeway_log_records',
    perMigration,
    'records',
    'Records in the log, from its first to its last offset.',
  );
  readonly logBytes = this.#gauge(
    'causeway_log_bytes',
    perMigration,
    'bytes',
    "Size of the log on its leader's disk.",
  );
  readonly logStartOffset = this.#gauge(
    'causeway_log_start_offset',
    perMigration,
    'offset',
    'First offset that the log still holds.',
  );
  readonly logNeededOffset = this.#gauge(
    'causeway_log_needed_offset',
    perMigration,
    'offset',
    'Oldest offset that is still needed.',
  );
  readonly logEndOffset = this.#gauge(
    'causeway_log_end_offset',
    perMigration,
    'offset',
    'Offset that the next record will have.',
  );
  readonly connectorHealthy = this.#gauge(
    'causeway_connector_healthy',
    perMigration,
    '0 or 1',
    'Whether the connector and its task run.',
  );
  readonly tableRows = this.#gauge(
    'causeway_table_copied_rows',
    perTable,
    'rows',
    'Rows copied by the backfill, by the ledger.',
  );
  readonly tableRowsEstimate = this.#gauge(
    'causeway_table_estimated_rows',
    perTable,
    'rows',
    "Rows of the table by the source's own estimate when the plan was made.",
  );
  readonly statusAgeSeconds = this.#gauge(
    'causeway_status_age_seconds',
    ['migration', 'part'],
    'seconds',
    'Time since a part last told its state: one that grows is a part that is dead.',
  );

  /** Forgets every gauge: all of them say what the control store holds, in which a migration or a value may be gone. */
  resetStoreGauges(): void {
    this.#gauges.forEach((gauge) => gauge.reset());
  }

  /** Adds what the runtime itself measures (memory, event loop, garbage collection). */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  get declared(): readonly MetricDeclaration[] {
    return this.#declared;
  }

  #counter<Label extends string>(
    name: string,
    labelNames: readonly Label[],
    unit: string,
    help: string,
  ): Counter<Label> {
    this.#declared.push({ name, kind: 'counter', unit, help, labels: labelNames });
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<Label extends string>(
    name: string,
    labelNames: readonly Label[],
    unit: string,
    help: string,
  ): Gauge<Label> {
    this.#declared.push({ name, kind: 'gauge', unit, help, labels: labelNames });
    const gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
    this.#gauges.push(gauge);
    return gauge;
  }

  #histogram<Label extends string>(
    name: string,
    labelNames: readonly Label[],
    help: string,
  ): Histogram<Label> {
    this.#declared.push({ name, kind: 'histogram', unit: 'seconds', help, labels: labelNames });
    return new Histogram({ name, help, labelNames, buckets: durationBuckets, registers: [this.registry] });
  }
}

/** The reference page of the metrics. */
export function metricsPage(declared: readonly MetricDeclaration[]): string {
  return [
    '# Metrics',
    '',
    '`GET /metrics` answers in the format of Prometheus. Beside these there are the metrics of the Node process (`process_*`, `nodejs_*`). Counters belong to the',
    'process that answers and begin at 0 when it starts; gauges are read from the control store, so every process answers the same.',
    '',
    '| metric | kind | unit | labels | meaning |',
    '|---|---|---|---|---|',
    ...declared.map(
      ({ name, kind, unit, labels, help }) =>
        `| \`${name}\` | ${kind} | ${unit} | ${labels.join(', ')} | ${help} |`,
    ),
    '',
  ].join('\n');
}

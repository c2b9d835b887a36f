import type { ApplySession } from '../../connectors/engine.ts';
import type { Checkpoint, CheckpointAdvance } from '../../schemas/checkpoint.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { LogItem, RowRecord, SchemaChangeRecord, TruncateRecord } from '../../schemas/log-item.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { helperDatabase } from '../../schemas/marker-table.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Sleep } from '../runtime/sleep.ts';
import type { ApplyLimits } from './apply-limits.ts';
import type { ApplyBatch, ApplyDesired, ApplyMode } from './apply-port.ts';
import { ChangeBuffer } from './change-buffer.ts';
import { changedTables } from './changes-definition.ts';
import { RowDecoder } from './decode-rows.ts';
import { GroupWriter, type CommittedGroup } from './group-writer.ts';
import { ReadAhead } from './read-ahead.ts';

export interface ApplyLogInput {
  readonly tables: readonly TablePlan[];
  readonly session: ApplySession;
  /** As takeOver gave it. */
  readonly checkpoint: Checkpoint;
  readonly log: AsyncIterable<ApplyBatch>;
  /** The desired state as it was last read. */
  readonly desired: () => ApplyDesired;
  readonly limits: ApplyLimits;
  readonly faults: FaultPoints;
  readonly logger: Logger;
  readonly onRow: (row: RowRecord) => void;
  readonly onTransaction: () => void;
  readonly onCommit: (group: CommittedGroup) => void;
  readonly nowMs: () => number;
  readonly sleep: Sleep;
}

/** Where the reader may stop, and what the checkpoint then says. */
interface Stop {
  readonly nextOffset: bigint;
  readonly batch: Pick<ApplyBatch, 'positionAt'>;
}

/** How long at most nothing is looked at while nothing arrives. */
const idleMs = 200;

/**
 * Takes in one log from a checkpoint on. Before M0 it applies nothing and saves positions; at M0 it saves the marker in
 * the checkpoint and holds, and from M1 on it applies.
 *
 * The checkpoint's marker is set by the very commit after which nothing is skipped any more. Who waits for it may start
 * to read chunks: whatever is committed on the source from then on will be applied.
 */
export class ApplyLog {
  readonly #input: ApplyLogInput;
  readonly #tables: ReadonlyMap<string, TablePlan>;
  readonly #tableIds: ReadonlySet<string>;
  readonly #decoder: RowDecoder;
  readonly #buffer = new ChangeBuffer();
  readonly #writer: GroupWriter;
  #mode: ApplyMode;
  #stop: Stop;
  /** Whether the last item was a place to stop. */
  #isAtStop = true;
  /** Whether the stop lies past the last commit handed over. */
  #isAhead = false;
  #groupSinceMs: number;
  #sourceCommitMs: number | null;
  /** Last marker read; in the checkpoint only once the log is at M0. */
  #marker: bigint | null;

  constructor(input: ApplyLogInput) {
    const { checkpoint, tables } = input;
    this.#input = input;
    this.#tables = new Map(tables.map((table) => [table.id, table]));
    this.#tableIds = new Set(this.#tables.keys());
    this.#decoder = new RowDecoder(tables);
    this.#writer = new GroupWriter(input);
    this.#mode = checkpoint.marker === null ? 'recording' : 'holding';
    this.#stop = { nextOffset: checkpoint.nextOffset, batch: { positionAt: () => checkpoint } };
    this.#groupSinceMs = input.nowMs();
    this.#sourceCommitMs = checkpoint.sourceCommitMs;
    this.#marker =
      checkpoint.marker ??
      (checkpoint.assembler.marker === null ? null : BigInt(checkpoint.assembler.marker));
  }

  get mode(): ApplyMode {
    return this.#mode;
  }

  /** Works until the signal aborts; what was read to the end of a source transaction is then committed. */
  async run(signal: AbortSignal): Promise<void> {
    const ahead = new ReadAhead(this.#input.log);
    try {
      while (!signal.aborted) {
        await this.#hold(signal);
        if (!ahead.isReady) await this.#useIdleTime(ahead);
        if (!ahead.isReady) continue;
        const batch = await ahead.take();
        if (batch === undefined) break;
        await this.#takeIn(batch, signal);
      }
      await this.#commitRest();
    } catch (error) {
      // What came before a fault of the log is applied: the target stands right before it.
      if (!this.#writer.hasFailed) await this.#commitRest();
      throw error;
    } finally {
      await this.#writer.abandon();
    }
  }

  async #takeIn(batch: ApplyBatch, signal: AbortSignal): Promise<void> {
    for (const item of batch.items) {
      // Nearly every item is a row that only goes into the buffer: waiting for each would cost more than the work.
      const work = this.#take(item, batch);
      if (work !== null) await work;
      if (this.#mode === 'holding') await this.#hold(signal);
      if (signal.aborted && this.#isAtStop) return;
    }
  }

  #take(item: LogItem, batch: ApplyBatch): Promise<void> | null {
    switch (item.kind) {
      case 'begin':
        this.#isAtStop = false;
        return null;
      case 'row':
        this.#isAtStop = false;
        return this.#mode === 'recording' || this.#isSkipping() ? null : this.#takeRow(item.row);
      case 'end':
        this.#sourceCommitMs = item.sourceCommitMs;
        this.#marker = item.marker ?? this.#marker;
        if (this.#mode === 'applying') this.#input.onTransaction();
        return this.#arrive(item.nextOffset, batch);
      case 'truncate':
        return this.#takeTruncate(item.truncate, item.nextOffset, batch);
      case 'schema-change':
        this.#refuseChange(item.change);
        return this.#arrive(item.nextOffset, batch);
      case 'progress':
        return this.#arrive(item.nextOffset, batch);
      default:
        return item satisfies never;
    }
  }

  #takeRow(row: RowRecord): Promise<void> | null {
    // Markers of other migrations on the same source.
    if (row.database === helperDatabase) return null;
    const { table, changes } = this.#decoder.decode(row);
    for (const change of changes) this.#buffer.add(table, change);
    this.#input.onRow(row);
    if (this.#input.faults.isBroken('apply.whole-transactions')) return this.#commit();
    // A transaction that is larger than a group goes into the open target transaction piece by piece.
    return this.#isFull() ? this.#writer.write(this.#buffer.take()) : null;
  }

  async #takeTruncate(truncate: TruncateRecord, nextOffset: bigint, batch: ApplyBatch): Promise<void> {
    const table = this.#tables.get(`${truncate.database}.${truncate.table}`);
    if (table !== undefined && this.#mode === 'applying' && !this.#isSkipping()) {
      await this.#writer.write(this.#buffer.take());
      await this.#writer.truncate(table);
    }
    await this.#arrive(nextOffset, batch);
  }

  #refuseChange(change: SchemaChangeRecord): void {
    const tables = changedTables(change, this.#tableIds);
    if (tables.length === 0) {
      this.#input.logger.info('A statement changed something that is not in the plan', {
        offset: change.offset,
      });
      return;
    }
    throw new CausewayError('SCHEMA_CHANGED', `${tables.join(', ')} changed on the source: ${change.ddl}`, {
      facts: { tables, ddl: change.ddl, offset: change.offset, gtid: change.gtid },
    });
  }

  #arrive(nextOffset: bigint, batch: ApplyBatch): Promise<void> | null {
    this.#stop = { nextOffset, batch };
    this.#isAtStop = true;
    if (!this.#isAhead) this.#groupSinceMs = this.#input.nowMs();
    this.#isAhead = true;
    if (this.#mode === 'recording') return this.#record();
    return this.#isFull() || this.#isDue(this.#input.limits.groupMs) ? this.#commit() : null;
  }

  /** Saves the position now and then; at M0 saves the marker too, and holds. */
  #record(): Promise<void> | null {
    const { markerStart } = this.#input.desired();
    const isAtStart = markerStart !== null && this.#marker !== null && this.#marker >= markerStart;
    if (isAtStart) return this.#arriveAtStart();
    return this.#isAhead && this.#isDue(this.#input.limits.recordMs) ? this.#commit() : null;
  }

  async #arriveAtStart(): Promise<void> {
    this.#mode = 'holding';
    await this.#commit();
    await this.#writer.finish();
    this.#input.logger.info('The log is at the start marker; holding until the chunks are copied', {
      offset: this.#stop.nextOffset,
      ...(this.#marker === null ? {} : { marker: this.#marker }),
    });
  }

  async #hold(signal: AbortSignal): Promise<void> {
    while (this.#mode === 'holding' && !signal.aborted) {
      if (this.#input.desired().markerEnd === null) {
        await this.#input.sleep(idleMs, signal);
        continue;
      }
      this.#mode = 'applying';
      this.#input.logger.info('Applying the log', { offset: this.#stop.nextOffset });
    }
  }

  /** Nothing is at hand: what is complete is committed at once, as soon as the commit before it is through. */
  async #useIdleTime(ahead: ReadAhead<ApplyBatch>): Promise<void> {
    if (!this.#writer.isBusy) await this.#writer.finish();
    if (this.#mode === 'recording' && this.#isAtStop) await this.#record();
    else if (this.#isAtStop && this.#isAhead && !this.#writer.isBusy) await this.#commit();
    const over = new AbortController();
    const idle = this.#input.sleep(idleMs, over.signal);
    await Promise.race([ahead.ready(), idle, ...(this.#writer.isBusy ? [this.#writer.settled()] : [])]);
    over.abort();
  }

  async #commitRest(): Promise<void> {
    if (this.#isAtStop && this.#isAhead) await this.#commit();
    await this.#writer.finish();
  }

  async #commit(): Promise<void> {
    this.#isAhead = false;
    this.#groupSinceMs = this.#input.nowMs();
    await this.#writer.commit(this.#buffer.take(), this.#advance());
  }

  #advance(): CheckpointAdvance {
    const { nextOffset, batch } = this.#stop;
    const { assembler, lastRecordSha256 } = batch.positionAt(nextOffset);
    const marker = this.#mode === 'recording' ? null : this.#marker;
    return { nextOffset, assembler, lastRecordSha256, sourceCommitMs: this.#sourceCommitMs, marker };
  }

  #isFull(): boolean {
    const { groupEvents, groupChars } = this.#input.limits;
    return this.#buffer.events >= groupEvents || this.#buffer.chars >= groupChars;
  }

  #isDue(ms: number): boolean {
    return this.#input.nowMs() - this.#groupSinceMs >= ms;
  }

  /** Only in a control run that must fail: what the chunks may have missed is not applied. */
  #isSkipping(): boolean {
    if (!this.#input.faults.isBroken('backfill.replay-from-m0')) return false;
    const { markerEnd } = this.#input.desired();
    return markerEnd !== null && (this.#marker ?? 0n) < markerEnd;
  }
}

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChunkToCopy } from '../../connectors/engine.ts';
import { noFaults } from '../runtime/fault-points.ts';
import { copyChunk, type CopyingSessions } from './copy-chunk.ts';
import { MemorySource, MemoryTarget } from './memory-ends.ts';
import { planOf } from './plan-fixture.ts';
import { ChunkQueue } from './plan-chunks.ts';

const tables = [planOf('shop.large', 0, 900), planOf('shop.small', 0, 10), planOf('shop.empty', 0, 0)];
const never = new AbortController().signal;

/** What may happen next; numbers choose among the chunks under way. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), chunkRows: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ kind: fc.constant('finish' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('lose' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('crash' as const) }),
);

test('every key is copied exactly once, in whatever order chunks end and whenever the process dies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
      fc.array(happening, { maxLength: 60 }),
      async (large, small, happenings) => {
        const run = await MemoryRun.begin({ large, small });
        for (const next of happenings) await run.happen(next);
        await run.finishAll();
        expect(run.copied('shop.large')).toEqual(sorted(large));
        expect(run.copied('shop.small')).toEqual(sorted(small));
        expect((await run.target.readLedger()).map((entry) => entry.isComplete)).toEqual([true, true, true]);
      },
    ),
    { numRuns: 300 },
  );
});

test('the largest table comes first, and a planner that finds another range in the ledger follows it', async () => {
  const keys = new Map([['shop.large', [1, 2, 3, 4, 5]]]);
  const target = new MemoryTarget();
  const sessions = {
    reader: await new MemorySource(keys).openChunkReader(),
    session: await target.openCopySession(),
  };
  const first = new ChunkQueue(tables, []);
  const second = new ChunkQueue(tables, []);
  const range = (chunk: ChunkToCopy | null): unknown => [chunk?.table.id, chunk?.chunk, chunk?.range];
  expect(range(await first.take(sessions, 2))).toEqual(['shop.large', 0, { after: null, upTo: ['2'] }]);
  expect(range(await second.take(sessions, 3))).toEqual(['shop.large', 0, { after: null, upTo: ['2'] }]);
  expect(range(await second.take(sessions, 3))).toEqual(['shop.large', 1, { after: ['2'], upTo: ['5'] }]);
  expect(range(await first.take(sessions, 1))).toEqual(['shop.large', 1, { after: ['2'], upTo: ['5'] }]);
});

type Sessions = CopyingSessions & Parameters<ChunkQueue['take']>[0];

class MemoryRun {
  readonly target: MemoryTarget;
  readonly #sessions: Sessions;
  #queue = new ChunkQueue(tables, []);
  /** Chunks under way, those of dead processes among them: they may still end. */
  #underWay: ChunkToCopy[] = [];

  private constructor(sessions: Sessions, target: MemoryTarget) {
    this.#sessions = sessions;
    this.target = target;
  }

  static async begin({ large, small }: { large: number[]; small: number[] }): Promise<MemoryRun> {
    const keys = new Map([
      ['shop.large', large.toSorted((a, b) => a - b)],
      ['shop.small', small.toSorted((a, b) => a - b)],
    ]);
    const target = new MemoryTarget();
    const reader = await new MemorySource(keys).openChunkReader();
    return new MemoryRun({ reader, session: await target.openCopySession() }, target);
  }

  async happen(next: { kind: string; which?: number; chunkRows?: number }): Promise<void> {
    if (next.kind === 'take') {
      const chunk = await this.#queue.take(this.#sessions, next.chunkRows ?? 1);
      if (chunk !== null) this.#underWay.push(chunk);
    } else if (next.kind === 'crash') {
      this.#queue = new ChunkQueue(tables, await this.target.readLedger());
    } else if (this.#underWay.length > 0) {
      const [chunk] = this.#underWay.splice((next.which ?? 0) % this.#underWay.length, 1);
      if (next.kind === 'finish' && chunk !== undefined)
        await copyChunk(chunk, this.#sessions, noFaults, never);
    }
  }

  /** A last process that runs through. */
  async finishAll(): Promise<void> {
    await this.happen({ kind: 'crash' });
    for (;;) {
      const chunk = await this.#queue.take(this.#sessions, 3);
      if (chunk === null) return;
      await copyChunk(chunk, this.#sessions, noFaults, never);
    }
  }

  copied(table: string): number[] {
    return sorted((this.target.copied.get(table) ?? []).map(Number));
  }
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}

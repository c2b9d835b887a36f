import { describe, expect, it } from 'vitest';
import { Scene, until } from '../harness/scene.ts';
import { openTestStack } from '../harness/stack.ts';
import { seedChanges } from '../harness/workload-changes.ts';

/** Makes a hole in the log of a migration that is consistent and whose process does not run; every row of it is lost. */
type MakeHole = (scene: Scene) => Promise<void>;

const lostRow = "INSERT INTO item (id, code) VALUES (900001, 'lost')";
const laterRow = "INSERT INTO item (id, code) VALUES (900002, 'later')";

const holes: readonly (readonly [string, MakeHole])[] = [
  [
    'records deleted ahead of the applier',
    async (scene) => {
      await scene.sql(lostRow);
      await inLog(scene, 'lost');
      const { end } = await scene.kafka.bounds(scene.names.topic);
      await scene.kafka.deleteBelow(scene.names.topic, end);
      await writeLater(scene);
    },
  ],
  [
    'the topic recreated',
    async (scene) => {
      await scene.sql(lostRow);
      await inLog(scene, 'lost');
      await scene.kafka.recreate(scene.names.topic);
      await writeLater(scene);
    },
  ],
  ["Connect's offsets lost", loseOffsets],
];

async function loseOffsets(scene: Scene): Promise<void> {
  await scene.connect.loseOffsets(scene.names.connector, async () => {
    await scene.sql(lostRow);
  });
  const { end } = await scene.kafka.bounds(scene.names.topic);
  // From its first record on, the connector captures what is committed.
  await until(
    'the connector to write again',
    async () => (await scene.kafka.bounds(scene.names.topic)).end > end,
  );
  await writeLater(scene);
}

async function writeLater(scene: Scene): Promise<void> {
  await scene.sql(laterRow);
  await inLog(scene, 'later');
}

/** Waits until a row with this text stands in the log. */
async function inLog(scene: Scene, text: string): Promise<void> {
  await until(`a row with ${text} in the log`, async () => {
    let isThere = false;
    await scene.kafka.readAll(scene.names.topic, ({ value }) => {
      isThere ||= value?.includes(text) ?? false;
    });
    return isThere;
  });
}

async function consistentAndStopped(name: string): Promise<Scene> {
  const scene = await Scene.open({ stack: openTestStack(), name });
  await seedChanges(scene.sourceUrl, scene.database, 500);
  const process = await scene.startConsistent();
  await scene.settle(process);
  await process.stop();
  return scene;
}

async function idsFrom900000(scene: Scene): Promise<number[]> {
  const rows = await scene.target<{ id: number }>('SELECT id FROM item WHERE id > 900000 ORDER BY id');
  return rows.map((row) => row.id);
}

describe('a log with a hole', () => {
  it.each(holes)(
    '%s: the applier halts with LOG_GAP and applies nothing after the hole',
    async (_, makeHole) => {
      await using scene = await consistentAndStopped('gap');
      await makeHole(scene);
      const process = await scene.start();
      const document = await scene.waitForHalt(process, 'LOG_GAP');
      const halt = document.halts.find(({ code }) => code === 'LOG_GAP');
      expect(halt?.remedy).toMatch(/start the migration anew/);
      expect(await idsFrom900000(scene)).toEqual([]);
      await process.stop();
      // A restart does not get past it either.
      const again = await scene.start();
      await scene.waitForHalt(again, 'LOG_GAP');
      expect(await idsFrom900000(scene)).toEqual([]);
    },
  );

  it("Connect's offsets lost while the service runs: it halts with LOG_GAP", async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'gaplive' });
    await seedChanges(scene.sourceUrl, scene.database, 500);
    const process = await scene.startConsistent();
    await loseOffsets(scene);
    await scene.waitForHalt(process, 'LOG_GAP');
    expect(await idsFrom900000(scene)).toEqual([]);
  });

  it('control: with gap detection switched off, the row in the hole is lost without a word', async () => {
    await using scene = await consistentAndStopped('gapcontrol');
    await loseOffsets(scene);
    const process = await scene.start({ broken: ['log.gap-detection'] });
    await scene.settle(process);
    const comparison = await scene.compare(['item']);
    expect(comparison.isSame).toBe(false);
    expect(await idsFrom900000(scene)).toEqual([900_002]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Scene } from '../harness/scene.ts';
import { openTestStack } from '../harness/stack.ts';

/** Several looks at the connector, and several attempts of the halted role. */
const watchedMs = 10_000;

it('a row that Debezium cannot read is told as a gap, and no restart goes past it', async () => {
  await using scene = await Scene.open({ stack: openTestStack(), name: 'invdate' });
  await scene.sql('CREATE TABLE event (id int PRIMARY KEY, on_day date)');
  const process = await scene.startConsistent();
  await scene.sql("INSERT INTO event VALUES (1, '2024-02-28')");
  await scene.settle(process);
  await scene.sql("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'; INSERT INTO event VALUES (2, '2024-02-31')");
  await scene.waitForHalt(process, 'LOG_GAP');
  await scene.sql("INSERT INTO event VALUES (3, '2024-03-01')");
  await sleep(watchedMs);
  expect((await scene.waitForHalt(process, 'LOG_GAP')).connector?.state).toBe('failing');
  expect(await scene.target('SELECT id FROM public.event ORDER BY id')).toEqual([{ id: 1 }]);
});

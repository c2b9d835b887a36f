import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { killDaemon, livingDaemon, logTail, startDaemon, stopDaemon, type DaemonPlace } from './daemon.ts';
import { findByVariable } from './process-table.ts';

let folder: string;
let place: DaemonPlace;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-daemon-'));
  place = {
    mark: `${folder}:mysql`,
    recordPath: join(folder, 'mysql.process.json'),
    logPath: join(folder, 'mysql.log'),
    unmarked: null,
  };
});

afterEach(async () => {
  await killDaemon(place);
  await rm(folder, { recursive: true });
});

const start = (script: string) =>
  startDaemon({ command: 'sh', args: ['-c', script], env: {}, cwd: folder, owner: null }, place, {
    launchDigest: 'd1',
    version: '1.0',
  });
const stop = { signal: 'SIGTERM', limitMs: 300 } as const;

test('a started process is recorded as living, and gone after it was stopped', async () => {
  const record = await start('exec sleep 60');
  expect(await livingDaemon(place.recordPath)).toEqual(record);
  await stopDaemon(place, stop);
  expect(await livingDaemon(place.recordPath)).toBeNull();
});

test('children end with the process that started them', async () => {
  await start('sleep 60 & sleep 60 & wait');
  await stopDaemon(place, stop);
  expect(await findByVariable('CAUSEWAY_STACK_PART', place.mark)).toEqual([]);
});

test('a process that ignores the request to end is killed after the limit', async () => {
  await start("trap '' TERM; while :; do sleep 1; done");
  await stopDaemon(place, stop);
  expect(await findByVariable('CAUSEWAY_STACK_PART', place.mark)).toEqual([]);
});

test('a process whose starter died before recording it is found and killed', async () => {
  await start('exec sleep 60');
  await rm(place.recordPath);
  await killDaemon(place);
  expect(await findByVariable('CAUSEWAY_STACK_PART', place.mark)).toEqual([]);
});

test('a record whose pid now belongs to another process is not taken for a living part, and nothing is signalled', async () => {
  const record = { pid: process.pid, startTicks: '1', launchDigest: 'd1', version: '1.0' };
  await writeFile(place.recordPath, JSON.stringify(record));
  expect(await livingDaemon(place.recordPath)).toBeNull();
  await stopDaemon(place, stop);
  await expect(readFile(place.recordPath)).rejects.toThrow('ENOENT');
});

test('the tail of a log is its last lines', async () => {
  await writeFile(place.logPath, 'one\ntwo\nthree\n');
  expect(await logTail(place.logPath, 2)).toBe('two\nthree');
});

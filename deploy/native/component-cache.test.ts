import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { componentFolder, fromCache, listCached, type CacheOptions } from './component-cache.ts';

let cache: string;
let options: CacheOptions;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'causeway-cache-'));
  const folder = componentFolder(cache, 'kafka', '4.3.0-abc');
  options = { cache, name: 'kafka', folder, signal: new AbortController().signal, say: () => {} };
});

afterEach(() => rm(cache, { recursive: true }));

const fill = async (folder: string) => {
  await writeFile(join(folder, 'a.jar'), 'content');
  return { version: '4.3.0' };
};
const refuse = () => Promise.reject(new Error('fetched again'));

test('a component is fetched once and then taken from the cache', async () => {
  const first = await fromCache(options, fill);
  expect(await fromCache(options, refuse)).toMatchObject({ folder: first.folder, version: '4.3.0' });
  expect(await readFile(join(first.folder, 'a.jar'), 'utf8')).toBe('content');
});

test('a download that broke off leaves nothing that passes for a component', async () => {
  const breakOff = async (folder: string) => {
    await writeFile(join(folder, 'half.jar'), 'co');
    throw new Error('connection lost');
  };
  await expect(fromCache(options, breakOff)).rejects.toThrow('connection lost');
  expect(await listCached(cache, 'kafka')).toEqual([]);
  const { folder } = await fromCache(options, fill);
  expect(await readdir(folder)).not.toContain('half.jar');
});

test('a folder without the mark of completion is replaced', async () => {
  await mkdir(options.folder, { recursive: true });
  await writeFile(join(options.folder, 'half.jar'), 'co');
  const { folder } = await fromCache(options, fill);
  expect((await readdir(folder)).sort()).toEqual(['.complete.json', 'a.jar']);
});

test('what two callers want at the same time is fetched once', async () => {
  let fetches = 0;
  const count = (folder: string) => {
    fetches++;
    return fill(folder);
  };
  await Promise.all([fromCache(options, count), fromCache(options, count)]);
  expect(fetches).toBe(1);
});

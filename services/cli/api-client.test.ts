import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findApi } from './api-client.ts';

/** Above what any system gives out. */
const deadPid = 2 ** 30;
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'causeway-api-'));
  await mkdir(join(home, 'run'));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

async function note(migration: string, pid: number): Promise<void> {
  const text = JSON.stringify({ migration, url: `http://127.0.0.1/${migration}`, pid });
  await writeFile(join(home, 'run', `${migration}.json`), text);
}

async function find(migration: string | null = null) {
  return findApi({ url: null, token: 'a-token-of-some-length', home, migration });
}

describe('findApi', () => {
  it('names the migration that runs here, of however many the store may have', async () => {
    await note('shop', process.pid);
    expect(await find()).toMatchObject({ migration: 'shop', url: 'http://127.0.0.1/shop' });
  });

  it('passes over the note of a process that was killed', async () => {
    await note('shop', process.pid);
    await note('gone', deadPid);
    expect(await find()).toMatchObject({ migration: 'shop' });
    expect(await find('gone')).toMatchObject({ migration: 'gone' });
  });

  it('asks which one is meant when several run', async () => {
    await note('shop', process.pid);
    await note('crm', process.pid);
    await expect(find()).rejects.toMatchObject({ code: 'MIGRATION_AMBIGUOUS' });
    expect(await find('crm')).toMatchObject({ migration: 'crm' });
  });

  it('says that nothing runs where there is no note', async () => {
    await expect(find()).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  });
});

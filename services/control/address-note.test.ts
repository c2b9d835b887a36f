import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { keepAddressNote, notePath, readAddressNote } from './address-note.ts';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'causeway-note-'));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

describe('keepAddressNote', () => {
  it('notes the address while the process serves, and takes the note away at the end', async () => {
    const stop = new AbortController();
    const kept = keepAddressNote(
      { home, migration: 'shop', url: 'http://h:1', logger: silentLogger },
      stop.signal,
    );
    while ((await readAddressNote(home, 'shop')) === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await readAddressNote(home, 'shop'))?.url).toBe('http://h:1');
    stop.abort();
    await kept;
    expect(await readAddressNote(home, 'shop')).toBeNull();
  });

  it('leaves the note of another process alone at the end', async () => {
    const stop = new AbortController();
    const kept = keepAddressNote(
      { home, migration: 'shop', url: 'http://h:1', logger: silentLogger },
      stop.signal,
    );
    while ((await readAddressNote(home, 'shop')) === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await mkdir(dirname(notePath(home, 'shop')), { recursive: true });
    await writeFile(notePath(home, 'shop'), JSON.stringify({ migration: 'shop', url: 'http://h:2', pid: 1 }));
    stop.abort();
    await kept;
    expect((await readAddressNote(home, 'shop'))?.url).toBe('http://h:2');
  });

  it('reads a damaged note as none', async () => {
    await mkdir(dirname(notePath(home, 'shop')), { recursive: true });
    await writeFile(notePath(home, 'shop'), '{"migration":"sh');
    expect(await readAddressNote(home, 'shop')).toBeNull();
  });
});

import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ensureApiToken, readApiToken } from './api-token.ts';

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-token-'));
  folders.push(folder);
  return join(folder, 'home');
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('ensureApiToken', () => {
  it('makes one token that only its owner can read, and keeps it', async () => {
    const home = await newFolder();
    expect(await readApiToken(home)).toBeNull();
    const token = await ensureApiToken(home);
    expect(token.length).toBeGreaterThanOrEqual(32);
    expect((await stat(join(home, 'token'))).mode & 0o777).toBe(0o600);
    expect(await ensureApiToken(home)).toBe(token);
  });

  it('replaces a token file that is empty, and closes one that others can read', async () => {
    const home = await newFolder();
    await mkdir(home);
    await writeFile(join(home, 'token'), '', { mode: 0o644 });
    const token = await ensureApiToken(home);
    expect(token.length).toBeGreaterThanOrEqual(32);
    await chmod(join(home, 'token'), 0o644);
    expect(await ensureApiToken(home)).toBe(token);
    expect((await stat(join(home, 'token'))).mode & 0o777).toBe(0o600);
  });

  it('gives processes that start together the same token', async () => {
    const home = await newFolder();
    const tokens = await Promise.all(Array.from({ length: 8 }, async () => ensureApiToken(home)));
    expect(new Set(tokens).size).toBe(1);
  });
});

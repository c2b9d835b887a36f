import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { propertiesText, writeSecretFile } from './secret-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-secret-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Java's reading of one line of this format: escapes only, as all else was escaped. */
function readProperty(line: string): string {
  const value = line.slice(line.indexOf('=') + 1);
  return value.replaceAll(/\\u([0-9a-f]{4})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

describe('writeSecretFile', () => {
  it('writes a file for its owner alone and answers a reference per secret', async () => {
    const references = await writeSecretFile({
      folder,
      connectorName: 'cw/shop',
      secrets: { password: 'p' },
    });
    const path = join(folder, 'cw%2Fshop.properties');
    expect(references).toEqual({ password: `\${file:${path}:password}` });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'latin1')).toBe('password=p\n');
  });

  it('replaces an older file and leaves no other behind', async () => {
    await writeSecretFile({ folder, connectorName: 'c', secrets: { password: 'old' } });
    await writeSecretFile({ folder, connectorName: 'c', secrets: { password: 'new' } });
    expect(await readdir(folder)).toEqual(['c.properties']);
    expect(await readFile(join(folder, 'c.properties'), 'latin1')).toBe('password=new\n');
  });

  it('refuses a path that Connect cannot refer to, before it writes anything', async () => {
    const bad = join(folder, 'a:b');
    await expect(
      writeSecretFile({ folder: bad, connectorName: 'c', secrets: { password: 'p' } }),
    ).rejects.toMatchObject({ code: 'CONNECT_SECRET_PATH' });
    expect(await readdir(bad)).toEqual([]);
  });
});

describe('propertiesText', () => {
  it.each([
    'plain',
    ' lead and trail ',
    'a\\b',
    'x=y:z#!',
    'line\nbreak\r\t',
    'пароль',
    '🦆',
    '${file:/x:y}',
    '',
  ])('carries %j exactly, in ASCII and on one line', (secret) => {
    const text = propertiesText({ password: secret });
    expect(text).toMatch(/^[\x20-\x7e]*\n$/);
    expect(readProperty(text.trimEnd())).toBe(secret);
  });
});

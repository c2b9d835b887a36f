import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instanceFolders } from './folders.ts';
import { instancePorts, startPort, wantedPorts } from './instance-ports.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'causeway-ports-'));
  for (const name of ['one', 'two']) await mkdir(join(home, 'stacks', name), { recursive: true });
});

afterEach(() => rm(home, { recursive: true }));

test('an instance keeps the ports it was given first', async () => {
  const folders = instanceFolders(home, 'one');
  const first = await instancePorts(folders, {});
  expect(await instancePorts(folders, {})).toEqual(first);
  expect(new Set(Object.values(first)).size).toBe(7);
});

test('two instances never share a port, also while none of them runs', async () => {
  const one = await instancePorts(instanceFolders(home, 'one'), {});
  const two = await instancePorts(instanceFolders(home, 'two'), {});
  expect(new Set([...Object.values(one), ...Object.values(two)]).size).toBe(14);
});

test('a port from the environment is taken, and the others are chosen', async () => {
  const ports = await instancePorts(instanceFolders(home, 'one'), { CAUSEWAY_KAFKA_PORT: '29092' });
  expect(ports.kafka).toBe(29_092);
});

test('every variable that holds no port is named', () => {
  expect(() => wantedPorts({ CAUSEWAY_MYSQL_PORT: 'x', CAUSEWAY_CONNECT_PORT: '80' })).toThrow(
    'CAUSEWAY_MYSQL_PORT=x, CAUSEWAY_CONNECT_PORT=80',
  );
});

test('instances start to look for ports at places within the range', () => {
  for (const root of ['/a', '/b', '/c/stacks/default']) {
    expect(startPort(root)).toBeGreaterThanOrEqual(24_100);
    expect(startPort(root)).toBeLessThan(30_000);
  }
});

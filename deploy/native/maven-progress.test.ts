import { expect, test } from 'vitest';
import { parseMavenLine } from './maven-progress.ts';

test('a finished download counts with the size Maven prints', () => {
  expect(parseMavenLine('Downloaded from central: https://host/a/a-1.jar (2.4 MB at 3.1 MB/s)')).toEqual({
    kind: 'received',
    bytes: 2_400_000,
  });
});

test('downloads side by side are added up, the finished among them', () => {
  expect(parseMavenLine('Progress (3): 29 kB | 284 kB | 0.5/1.5 MB')).toEqual({
    kind: 'receiving',
    receivedBytes: 813_000,
    totalBytes: 1_813_000,
  });
});

test('a part in another unit than its whole is read in its own unit', () => {
  expect(parseMavenLine('Progress (1): 768 kB/1.2 MB')).toEqual({
    kind: 'receiving',
    receivedBytes: 768_000,
    totalBytes: 1_200_000,
  });
});

test('any other line says nothing about downloads', () => {
  expect(parseMavenLine('[INFO] BUILD SUCCESS')).toBeNull();
});

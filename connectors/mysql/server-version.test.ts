import { expect, test } from 'vitest';
import { assertSupported, isAtLeast, parseServerVersion } from './server-version.ts';

test.each([
  ['9.7.4-2', true],
  ['8.0.12', true],
  ['8.4.3-log', true],
  ['5.7.44', false],
  ['10.11.6-MariaDB-0+deb12u1', false],
  ['nonsense', false],
])('a server of version %s is carried: %s', (text, isCarried) => {
  const check = (): void => assertSupported(parseServerVersion(text));
  if (isCarried) expect(check).not.toThrow();
  else expect(check).toThrow(text);
});

test('versions compare by number, not by text', () => {
  const version = parseServerVersion('9.10.1');
  expect(isAtLeast(version, 9, 6)).toBe(true);
  expect(isAtLeast(version, 10, 0)).toBe(false);
});

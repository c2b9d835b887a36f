import { expect, test } from 'vitest';
import { cacheFolder, homeFolder, instanceFolders } from './folders.ts';

test('the cache is where settings, XDG or the home folder say, in this order', () => {
  expect(cacheFolder({ CAUSEWAY_CACHE: '/c', XDG_CACHE_HOME: '/x' }, '/home/u')).toBe('/c');
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, '/home/u')).toBe('/x/causeway');
  expect(cacheFolder({}, '/home/u')).toBe('/home/u/.cache/causeway');
});

test('state is kept under the home folder unless settings name another one', () => {
  expect(homeFolder({}, '/home/u')).toBe('/home/u/.causeway');
  expect(homeFolder({ CAUSEWAY_HOME: '/s' }, '/home/u')).toBe('/s');
});

test('the lock of an instance outlives the removal of its folder', () => {
  const { root, lock } = instanceFolders('/s', 'default');
  expect(lock.startsWith(`${root}/`)).toBe(false);
});

test('a name that would leave the folder of instances is refused', () => {
  for (const name of ['', '..', 'a/b', 'A', '-x', 'x'.repeat(41)]) {
    expect(() => instanceFolders('/s', name)).toThrow('cannot name a stack instance');
  }
});

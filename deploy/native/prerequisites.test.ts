import { expect, test } from 'vitest';
import { requireAll, type Prerequisite } from './prerequisites.ts';

const maven: Prerequisite = {
  name: 'mvn',
  state: 'missing',
  isForFetchOnly: true,
  found: 'not on the PATH',
  remedy: 'Install Maven.',
};
const java: Prerequisite = { ...maven, name: 'java', isForFetchOnly: false, remedy: 'Install a JDK.' };

test('everything that is missing is named at once, with how to get it', () => {
  expect(() => requireAll([maven, java], true)).toThrow(
    '- mvn: not on the PATH. Install Maven.\n- java: not on the PATH. Install a JDK.',
  );
});

test('what only fetching needs may be missing when nothing has to be fetched', () => {
  expect(() => requireAll([maven], false)).not.toThrow();
  expect(() => requireAll([maven, java], false)).toThrow('java');
});

test('a warning stops nothing', () => {
  expect(() => requireAll([{ ...java, state: 'warning' }], true)).not.toThrow();
});

import { expect, test } from 'vitest';
import { chooseJava } from './find-java.ts';

const java = (major: number) => ({ path: `/jdk-${major}/bin/java`, major, version: `${major}.0.1` });

test('the oldest Java that is new enough is chosen', () => {
  expect(chooseJava([java(25), java(11), java(21)], 17)?.major).toBe(21);
});

test('no Java is chosen where all are too old', () => {
  expect(chooseJava([java(11), java(17)], 21)).toBeNull();
});

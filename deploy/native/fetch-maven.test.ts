import { expect, test } from 'vitest';
import { kafka, registry } from './components.ts';
import { fetchPom } from './fetch-maven.ts';

test('jars are fetched with what they depend on, an archive without', () => {
  expect(fetchPom(kafka)).toContain(
    '<groupId>org.apache.kafka</groupId><artifactId>connect-runtime</artifactId><version>4.3.0</version><exclusions></exclusions>',
  );
  expect(fetchPom(registry)).toContain(
    '<type>tar.gz</type><classifier>all</classifier><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>',
  );
});

import { describe, expect, it } from 'vitest';
import { parseMigrationFile } from '../../schemas/migration-file/parse-file.ts';
import { chooseEndpoints, nothingOffered, type OfferedEndpoints } from './endpoints.ts';

const base = `version: 1
migration: shop
source: { engine: mysql, url: "mysql://u@h" }
target: { engine: postgres, url: "postgres://u@h/app" }
tables: [shop.*]
`;
const offered: OfferedEndpoints = {
  kafkaBrokers: ['127.0.0.1:9092'],
  replicationFactor: 1,
  connectUrl: 'http://127.0.0.1:8083',
  secretsDir: '/s',
  registryUrl: 'http://127.0.0.1:8080',
  storeUrl: 'postgres://u@127.0.0.1/store',
};

function fileOf(more = '') {
  return parseMigrationFile(base + more, 'f', { env: {}, readFile: () => undefined }).file;
}

describe('chooseEndpoints', () => {
  it('takes what the file leaves open from the local stack', () => {
    expect(chooseEndpoints(fileOf(), offered)).toMatchObject({
      brokers: ['127.0.0.1:9092'],
      replicationFactor: 1,
    });
  });

  it('prefers the file, and asks three copies of a cluster that the file names', () => {
    const endpoints = chooseEndpoints(fileOf('kafka: { brokers: ["k1:9092"] }\n'), offered);
    expect(endpoints).toMatchObject({ brokers: ['k1:9092'], replicationFactor: null, secretsDir: '/s' });
  });

  it('names everything that is missing at once', () => {
    expect(() => chooseEndpoints(fileOf(), nothingOffered)).toThrow(
      /kafka\.brokers, connect\.url, connect\.secretsDir, registry\.url, store\.url/u,
    );
  });
});

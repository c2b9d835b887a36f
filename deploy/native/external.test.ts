import { expect, test } from 'vitest';
import { externalEndpoints } from './external.ts';
import { resolveEndpoints } from './resolve-endpoints.ts';

const env = {
  CAUSEWAY_STACK: 'external',
  CAUSEWAY_MYSQL_URL: 'mysql://root:secret@db.example:3307',
  CAUSEWAY_POSTGRES_URL: 'postgres://postgres:secret@pg.example/app',
  CAUSEWAY_STORE_URL: 'postgres://postgres:secret@pg.example/store',
  CAUSEWAY_KAFKA: 'k1:9092,k2:9092',
  CAUSEWAY_CONNECT_URL: 'http://connect.example:8083/',
  CAUSEWAY_CONNECT_SECRETS_DIR: '/run/secrets',
  CAUSEWAY_REGISTRY_URL: 'http://registry.example:8080',
};

test('servers that run elsewhere are taken from the environment, with the default port where none is given', async () => {
  expect(await resolveEndpoints(env)).toEqual({
    mysql: { host: 'db.example', port: 3307, url: env.CAUSEWAY_MYSQL_URL },
    postgres: { host: 'pg.example', port: 5432, url: env.CAUSEWAY_POSTGRES_URL },
    store: { url: env.CAUSEWAY_STORE_URL },
    kafka: { bootstrapServers: 'k1:9092,k2:9092' },
    connect: { url: 'http://connect.example:8083', secretsDir: '/run/secrets' },
    registry: { url: 'http://registry.example:8080' },
  });
});

test('everything that is missing or wrong is reported at once, and no password with it', () => {
  const wrong = { CAUSEWAY_MYSQL_URL: 'http://root:hunter2@db', CAUSEWAY_KAFKA: 'k1:9092' };
  let message = '';
  try {
    externalEndpoints(wrong);
  } catch (error) {
    message = String(error);
  }
  for (const name of [
    'MYSQL_URL',
    'POSTGRES_URL',
    'STORE_URL',
    'CONNECT_URL',
    'SECRETS_DIR',
    'REGISTRY_URL',
  ]) {
    expect(message).toContain(name);
  }
  expect(message).not.toContain('hunter2');
});

test('a kind of stack that does not exist is refused', async () => {
  await expect(resolveEndpoints({ CAUSEWAY_STACK: 'cloud' })).rejects.toMatchObject({
    code: 'STACK_MODE_UNKNOWN',
  });
});

test('a local instance that has never been up has no endpoints', async () => {
  await expect(resolveEndpoints({ CAUSEWAY_HOME: '/nonexistent' })).rejects.toMatchObject({
    code: 'STACK_NOT_UP',
  });
});

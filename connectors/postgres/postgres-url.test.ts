import { expect, test } from 'vitest';
import { parsePostgresUrl } from './postgres-url.ts';

test('a URL gives host, port, user, password and database with percent-encoding undone', () => {
  expect(parsePostgresUrl('postgres://ap%40p:p%2Fw%25@db.example:5433/shop%20a?connect_timeout=3')).toEqual({
    host: 'db.example',
    port: 5433,
    user: 'ap@p',
    password: 'p/w%',
    database: 'shop a',
    sslMode: 'verify-full',
    sslRootCertPath: null,
    connectTimeoutMs: 3000,
  });
});

test.each([
  ['postgres://a:b@127.0.0.1/d', 'disable'],
  ['postgresql://a:b@localhost:5432/d', 'disable'],
  ['postgres://a:b@[::1]:5432/d', 'disable'],
  ['postgres://a@localhost/d?host=/run/postgresql', 'disable'],
  ['postgres://a:b@127.example.org/d', 'verify-full'],
  ['postgres://a:b@10.0.0.1/d', 'verify-full'],
  ['postgres://a:b@10.0.0.1/d?sslmode=require', 'require'],
  ['postgres://a:b@127.0.0.1/d?sslmode=verify-ca&sslrootcert=%2Fca.pem', 'verify-ca'],
])('%s is spoken to with sslmode %s', (url, sslMode) => {
  expect(parsePostgresUrl(url).sslMode).toBe(sslMode);
});

test.each([
  ['mysql://a:canary@h/d', 'the scheme is mysql, not postgres'],
  ['postgres://h/d', 'the user is missing'],
  ['postgres://a:canary@h', 'the database is missing'],
  ['postgres://a:canary@h/d?sslmode=prefer&ssl=1', 'the parameter ssl is not known; sslmode is not one of'],
  ['postgres://a:canary@h/d?connect_timeout=soon', 'connect_timeout'],
  ['postgres://a:canary%zz@h/d', 'percent-encoded'],
  ['canary', 'it is not a URL'],
])('%s is refused with the reason and without the password', (url, reason) => {
  expect(() => parsePostgresUrl(url)).toThrow(reason);
  expect(() => parsePostgresUrl(url)).not.toThrow('canary');
});

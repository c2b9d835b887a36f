import { expect, test } from 'vitest';
import { parseMysqlUrl } from './mysql-url.ts';

test('a URL gives host, port, user and password with percent-encoding undone', () => {
  expect(parseMysqlUrl('mysql://ap%40p:p%2Fw%25@db.example:3307/')).toEqual({
    host: 'db.example',
    port: 3307,
    user: 'ap@p',
    password: 'p/w%',
    tls: 'verify-full',
    tlsCaPath: null,
    connectTimeoutMs: 10_000,
  });
});

test.each([
  ['mysql://a:b@127.0.0.1', 'disabled'],
  ['mysql://a:b@localhost:3306', 'disabled'],
  ['mysql://a:b@[::1]:3306', 'disabled'],
  ['mysql://a:b@127.example.org', 'verify-full'],
  ['mysql://a:b@10.0.0.1', 'verify-full'],
  ['mysql://a:b@10.0.0.1?tls=required', 'required'],
  ['mysql://a:b@127.0.0.1/?tls=verify-ca&tls-ca=%2Fca.pem', 'verify-ca'],
])('%s is spoken to with tls %s', (url, tls) => {
  expect(parseMysqlUrl(url).tls).toBe(tls);
});

test.each([
  ['postgres://a:canary@h', 'it does not begin with mysql://'],
  ['mysql://h', 'the user is missing'],
  ['mysql://a:canary@h?tls=maybe&ssl=1', 'the parameter ssl is not known; tls is not one of'],
  ['mysql://a:canary@h?connect-timeout-ms=soon', 'connect-timeout-ms'],
  ['mysql://a:canary%zz@h', 'percent-encoded'],
  ['a:canary@h', 'the host is missing'],
  ['canary', 'it is not a URL'],
])('%s is refused with the reason and without the password', (url, reason) => {
  expect(() => parseMysqlUrl(url)).toThrow(reason);
  expect(() => parseMysqlUrl(url)).not.toThrow('canary');
});

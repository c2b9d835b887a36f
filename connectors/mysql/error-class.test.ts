import { expect, test } from 'vitest';
import { asSourceError, classifySourceError } from './error-class.ts';

const failure = (fields: Record<string, unknown>): Error => Object.assign(new Error('text'), fields);

test.each([
  [{ errno: 1045, code: 'ER_ACCESS_DENIED_ERROR' }, 'SOURCE_ACCESS_DENIED'],
  [{ errno: 1142, code: 'ER_TABLEACCESS_DENIED_ERROR' }, 'SOURCE_ACCESS_DENIED'],
  [{ errno: 1213, code: 'ER_LOCK_DEADLOCK' }, 'SOURCE_BUSY'],
  [{ errno: 1290, code: 'ER_OPTION_PREVENTS_STATEMENT' }, 'SOURCE_READ_ONLY'],
  [{ errno: 1146, code: 'ER_NO_SUCH_TABLE' }, 'SOURCE_OBJECT_MISSING'],
  [{ errno: 3159, code: 'ER_SECURE_TRANSPORT_REQUIRED' }, 'SOURCE_TLS_FAILED'],
  [{ errno: -111, code: 'ECONNREFUSED' }, 'SOURCE_UNREACHABLE'],
  [{ code: 'PROTOCOL_CONNECTION_LOST' }, 'SOURCE_UNREACHABLE'],
  [{ code: 'HANDSHAKE_NO_SSL_SUPPORT' }, 'SOURCE_TLS_FAILED'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'SOURCE_TLS_FAILED'],
  [{ errno: 1064, code: 'ER_PARSE_ERROR' }, 'SOURCE_QUERY_FAILED'],
  [{}, 'SOURCE_QUERY_FAILED'],
  [{ fatal: true }, 'SOURCE_UNREACHABLE'],
])('%j means %s', (fields, code) => {
  expect(classifySourceError(failure(fields))).toBe(code);
});

test('the wrapped error carries neither the statement nor its values', () => {
  const thrown = failure({ errno: 1064, code: 'ER_PARSE_ERROR', sql: "select 'canary'" });
  const wrapped = asSourceError(thrown, 'reading shop.orders');
  expect(wrapped.message).toBe('reading shop.orders failed: ER_PARSE_ERROR (1064)');
  expect(JSON.stringify([wrapped, Object.entries(wrapped.cause as object)])).not.toContain('canary');
});

import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { asConnectError, asTargetError, classifyPostgresError } from './error-class.ts';

function refusal(code: string, fields: Record<string, string> = {}): DatabaseError {
  return Object.assign(new DatabaseError('text', 4, 'error'), { code, ...fields });
}

test.each([
  ['08006', 'retry'],
  ['57P01', 'retry'],
  ['57P03', 'retry'],
  ['57P04', 'halt'],
  ['57014', 'retry'],
  ['53100', 'retry'],
  ['40001', 'retry'],
  ['40P01', 'retry'],
  ['40002', 'data'],
  ['55P03', 'retry'],
  ['25006', 'retry'],
  ['25P03', 'retry'],
  ['42703', 'drift'],
  ['42P01', 'drift'],
  ['42P10', 'drift'],
  ['3F000', 'drift'],
  ['22001', 'data'],
  ['22P02', 'data'],
  ['23502', 'data'],
  ['23503', 'data'],
  ['23505', 'data'],
  ['23514', 'data'],
  ['42501', 'halt'],
  ['42601', 'halt'],
  ['25P02', 'halt'],
  ['XX000', 'halt'],
])('SQLSTATE %s is of class %s', (state, errorClass) => {
  expect(classifyPostgresError(refusal(state))).toBe(errorClass);
});

test('an error without SQLSTATE is a lost connection unless the program itself is at fault', () => {
  expect(classifyPostgresError(new Error('Connection terminated unexpectedly'))).toBe('retry');
  expect(classifyPostgresError(Object.assign(new Error('read'), { code: 'ECONNRESET' }))).toBe('retry');
  expect(classifyPostgresError(new TypeError('x is not a function'))).toBe('halt');
  expect(classifyPostgresError('text')).toBe('halt');
});

test('a fenced commit is a class of its own, other coded errors say themselves whether a retry helps', () => {
  expect(classifyPostgresError(new CausewayError('APPLY_FENCED', 'x'))).toBe('fenced');
  expect(classifyPostgresError(new CausewayError('TARGET_BUSY', 'x'))).toBe('retry');
  expect(classifyPostgresError(new CausewayError('SCHEMA_CHANGED', 'x'))).toBe('halt');
});

test.each([
  ['57014', 'TARGET_BUSY'],
  ['57P01', 'TARGET_CONNECTION_LOST'],
  ['25006', 'TARGET_READ_ONLY'],
  ['42P01', 'TARGET_DRIFT'],
  ['42501', 'TARGET_PRIVILEGE'],
  ['XX000', 'TARGET_STATEMENT_FAILED'],
])('SQLSTATE %s is reported as %s', (state, code) => {
  expect(asTargetError(refusal(state), 'writing shop.orders').code).toBe(code);
});

test('a refused row is reported with constraint and column but without its values', () => {
  const thrown = refusal('23505', {
    message: 'canary',
    detail: 'Key (name)=(canary) already exists.',
    where: 'COPY orders, line 3: "canary"',
    constraint: 'orders_name_key',
    table: 'orders',
  });
  const error = asTargetError(thrown, 'writing shop.orders');
  expect(error.message).toBe('writing shop.orders failed: SQLSTATE 23505, orders_name_key');
  expect(error.facts).toEqual({ sqlState: '23505', constraint: 'orders_name_key', table: 'orders' });
  expect(error.cause).toBeUndefined();
});

test.each([
  [refusal('28P01'), 'TARGET_ACCESS_DENIED'],
  [refusal('28000'), 'TARGET_ACCESS_DENIED'],
  [refusal('3D000'), 'TARGET_ACCESS_DENIED'],
  [refusal('53300'), 'TARGET_UNREACHABLE'],
  [refusal('57P03'), 'TARGET_UNREACHABLE'],
  [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'TARGET_UNREACHABLE'],
  [Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'TARGET_TLS_FAILED'],
  [new Error('The server does not support SSL connections'), 'TARGET_TLS_FAILED'],
])('a connection refused with %s is reported as %s', (thrown, code) => {
  expect(asConnectError(thrown, 'db', 5432).code).toBe(code);
});

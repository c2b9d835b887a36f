import { describe, expect, it } from 'vitest';
import { maskPassword } from './redact-file.ts';

describe('maskPassword', () => {
  it.each([
    ['mysql://root:secret@h:3306', 'mysql://root:***@h:3306'],
    ['mysql://root:se:cr@et@h/db', 'mysql://root:***@h/db'],
    ['mysql://root:${env:PW}@h', 'mysql://root:${env:PW}@h'],
    ['mysql://root:x${env:PW}@h', 'mysql://root:***@h'],
    ['mysql://root@h', 'mysql://root@h'],
    [
      'postgres://u:p@h/db?sslpassword=x&sslmode=require',
      'postgres://u:***@h/db?sslpassword=***&sslmode=require',
    ],
    ['shop.orders', 'shop.orders'],
    ['${env:URL}', '${env:URL}'],
  ])('shows %s as %s', (text, expected) => {
    expect(maskPassword(text)).toBe(expected);
  });
});

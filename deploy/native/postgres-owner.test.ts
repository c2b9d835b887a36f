import { expect, test } from 'vitest';
import { accountId } from './postgres-owner.ts';

const passwd =
  'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';

test('the number of an account is found by its name', () => {
  expect(accountId(passwd, 'nobody')).toBe(65_534);
  expect(accountId(passwd, 'postgres')).toBeNull();
});

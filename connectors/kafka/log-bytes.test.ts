import { expect, it } from 'vitest';
import { logBytesRequest } from './log-bytes.ts';

it('adds up the sizes of a log in all directories', () => {
  const name = '00036c6f67';
  const directory = (bytes: string): string =>
    ['0000', '00022f61', '00000001', name, '00000001', '00000000', bytes, '0000000000000000', '00'].join('');
  const answer = `0000000000000002${directory('0000000100000000')}${directory('0000000000000005')}`;
  expect(logBytesRequest('log').decode(Buffer.from(answer, 'hex'))).toBe(4294967301n);
});

it('fails on an answer that is cut off', () => {
  expect(() => logBytesRequest('log').decode(Buffer.from('00000000000000020000', 'hex'))).toThrow(RangeError);
});

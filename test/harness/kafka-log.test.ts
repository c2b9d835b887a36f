import { describe, expect, it } from 'vitest';
import { endedTransaction } from './kafka-log.ts';

const header = Buffer.from([0, 0, 0, 0, 7]);
const gtid = '3e11fa47-71ca-11e1-9e33-c80aa9429562:a_long_tag_of_thirty_two_letters:123456';

function avro(text: string): Buffer {
  const zigzag = text.length * 2;
  const length = zigzag < 128 ? [zigzag] : [(zigzag & 0x7f) | 0x80, zigzag >> 7];
  return Buffer.concat([Buffer.from(length), Buffer.from(text)]);
}

describe('END records', () => {
  it.each(['a:1', gtid])('gives the id of the transaction that ended: %s', (id) => {
    expect(endedTransaction(Buffer.concat([header, avro('END'), avro(id), Buffer.from([0, 0])]))).toBe(id);
  });

  it('gives nothing for a BEGIN, a row or a tombstone', () => {
    expect(endedTransaction(Buffer.concat([header, avro('BEGIN'), avro(gtid)]))).toBeNull();
    expect(endedTransaction(Buffer.concat([header, Buffer.from([2, 3, 255, 1])]))).toBeNull();
    expect(endedTransaction(null)).toBeNull();
  });
});

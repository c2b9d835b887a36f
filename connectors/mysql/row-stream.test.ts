import { EventEmitter } from 'node:events';
import { constants } from 'node:buffer';
import type { Connection } from 'mysql2';
import { expect, test } from 'vitest';
import { RowStream } from './row-stream.ts';

/** As much of a connection as a stream uses; the statement's events are the test's to emit. */
class FakeConnection extends EventEmitter {
  readonly statement = new EventEmitter();

  query(): EventEmitter {
    return this.statement;
  }

  pause(): void {}

  resume(): void {}
}

test('a value that is too long to be text fails the stream and not the process', async () => {
  const connection = new FakeConnection();
  const stream = new RowStream(
    connection as unknown as Connection,
    { sql: '' },
    { rowsMax: 10, bytesMax: 10 },
  );
  const tooLong = Buffer.alloc(0);
  Object.defineProperty(tooLong, 'length', { value: constants.MAX_STRING_LENGTH + 1 });
  tooLong.toString = () => {
    throw new RangeError('Cannot create a string longer than 0x1fffffe8 characters');
  };
  connection.statement.emit('result', [tooLong]);
  await expect(stream.next()).rejects.toThrow('Cannot create a string');
});

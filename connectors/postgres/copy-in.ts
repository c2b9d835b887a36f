import { from, type CopyStreamQuery } from 'pg-copy-streams';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import type { PostgresConnection } from './connect.ts';
import { encodeCopyRow } from './copy-text.ts';

/** COPY costs per message: rows travel in pieces of about this many characters. */
const pieceChars = 128 * 1024;
/** What may wait in the process for a slow server. */
const waitingBytesMax = 512 * 1024;

/**
 * Sends the rows through one COPY. Rows are taken as the server takes them in. When either side fails, the COPY is given
 * up, the iterator of the rows is returned, and the first failure is thrown.
 */
export async function copyIn(
  connection: PostgresConnection,
  statement: string,
  rows: AsyncIterable<readonly ExactRow[]>,
): Promise<{ rows: number; bytes: number }> {
  const stream = connection.submit(from(statement, { highWaterMark: waitingBytesMax }));
  let isOver = false;
  const ended = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve);
    stream.on('error', (error) => {
      isOver = true;
      reject(error);
    });
  });
  // It is awaited further down; until then a failure of the server must not count as unhandled.
  ended.catch(() => undefined);
  const sent = { rows: 0, bytes: 0 };
  try {
    let piece = '';
    for await (const batch of rows) {
      for (const row of batch) {
        piece += encodeCopyRow(row);
        sent.rows += 1;
        if (piece.length < pieceChars) continue;
        if (isOver) await ended;
        sent.bytes += await send(stream, piece, ended);
        piece = '';
      }
    }
    // The driver takes nothing for a COPY that the server has ended, and would say so in words of its own.
    if (isOver) await ended;
    if (piece !== '') sent.bytes += await send(stream, piece, ended);
    stream.end();
    await ended;
  } catch (error) {
    // Unless the server has ended the COPY it is told to; its answer to that is no news.
    if (!isOver) {
      stream.destroy(new Error('the rows could not be read'));
      await ended.catch(() => undefined);
    }
    throw error;
  }
  if (stream.rowCount !== sent.rows) {
    throw new RangeError(`COPY took ${stream.rowCount} rows of ${sent.rows}`);
  }
  return sent;
}

async function send(stream: CopyStreamQuery, piece: string, ended: Promise<void>): Promise<number> {
  const bytes = Buffer.from(piece, 'utf8');
  if (!stream.write(bytes)) {
    const drained = new Promise<void>((resolve) => stream.once('drain', resolve));
    // The COPY cannot finish before its end is sent, so this ends with a drain or with the server's error.
    await Promise.race([drained, ended]);
  }
  return bytes.length;
}

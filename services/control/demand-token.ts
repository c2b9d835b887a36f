import { createHash, timingSafeEqual } from 'node:crypto';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** Passes when the Authorization header carries the token; how long that takes says nothing about the token. */
export function demandToken(header: string | undefined, token: string): void {
  const given = /^Bearer +(\S+)$/iu.exec(header ?? '')?.[1];
  // Digests have one length, whatever was sent.
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  throw new CausewayError(
    'UNAUTHORIZED',
    given === undefined ? 'The request carries no bearer token' : 'The bearer token is not the right one',
  );
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

import { createHash } from 'node:crypto';

/** PostgreSQL cuts longer names off without an error. */
export const nameBytesMax = 63;

/** A name of at most 63 bytes: a longer one keeps its beginning and ends in a digest of the whole. */
export function shortName(name: string): string {
  return Buffer.byteLength(name) <= nameBytesMax ? name : withDigest(name, name);
}

/**
 * Names of one schema's relations: tables, indexes and sequences share one name space there, while MySQL has indexes
 * within their table. The same requests in the same order get the same names.
 */
export class RelationNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The wanted name if it is short enough and free, else one made of it. */
  take(wanted: string): string {
    let name = shortName(wanted);
    for (let attempt = 1; this.#taken.has(name); attempt += 1)
      name = withDigest(wanted, `${wanted}\0${attempt}`);
    this.#taken.add(name);
    return name;
  }
}

const digestLength = 8;

function withDigest(name: string, digested: string): string {
  const digest = createHash('sha256').update(digested).digest('hex').slice(0, digestLength);
  return `${cutToBytes(name, nameBytesMax - digestLength - 1)}_${digest}`;
}

/** The longest beginning of whole characters within the limit. */
function cutToBytes(text: string, bytesMax: number): string {
  let cut = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > bytesMax) break;
    cut += character;
  }
  return cut;
}

import { CausewayError } from './errors/causeway-error.ts';

/** One transaction of a MySQL server: `uuid:number`, or `uuid:tag:number` where the session set a tag. */
export interface Gtid {
  /** Where numbers are counted: the server's UUID, followed by `:tag` for tagged transactions; lower case. */
  readonly origin: string;
  readonly number: bigint;
}

const gtidPattern =
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?::[a-z_][a-z0-9_]{0,31})?):([1-9][0-9]{0,18})$/;

/** Parses one GTID as MySQL prints it; null when the text is none, such as a file and position. */
export function tryParseGtid(text: string): Gtid | null {
  const match = gtidPattern.exec(text) ?? gtidPattern.exec(text.trim().toLowerCase());
  const [, origin, digits] = match ?? [];
  if (origin === undefined || digits === undefined) return null;
  return { origin, number: BigInt(digits) };
}

export function parseGtid(text: string): Gtid {
  const gtid = tryParseGtid(text);
  if (gtid === null) {
    throw new CausewayError('LOG_WITHOUT_GTID', `"${text}" is no GTID`, { facts: { position: text } });
  }
  return gtid;
}

import { CausewayError } from '../../schemas/errors/causeway-error.ts';

export type TlsMode = 'disabled' | 'required' | 'verify-ca' | 'verify-full';

/** Where and how to connect, from a `mysql://` URL. */
export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly tls: TlsMode;
  /** PEM file of the authorities to trust; null for the system's. */
  readonly tlsCaPath: string | null;
  readonly connectTimeoutMs: number;
}

const tlsModes: readonly TlsMode[] = ['disabled', 'required', 'verify-ca', 'verify-full'];
const connectTimeoutMsDefault = 10_000;

/**
 * Reads a `mysql://user:password@host:port/?tls=...` URL. Without `tls`, a server on this machine is spoken to in the
 * clear, every other one only with a certificate that is valid for its name. No message repeats the URL: it holds a password.
 */
export function parseMysqlUrl(text: string): MysqlAddress {
  const url = parse(text);
  const faults: string[] = [];
  if (url.protocol !== 'mysql:') faults.push('it does not begin with mysql://');
  if (url.hostname === '') faults.push('the host is missing');
  if (url.username === '') faults.push('the user is missing');
  const known = new Set(['tls', 'tls-ca', 'connect-timeout-ms']);
  for (const name of url.searchParams.keys()) {
    if (!known.has(name)) faults.push(`the parameter ${name} is not known`);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const tls = url.searchParams.get('tls') ?? (isLoopback(host) ? 'disabled' : 'verify-full');
  const mode = tlsModes.find((known) => known === tls);
  if (mode === undefined) faults.push(`tls is not one of ${tlsModes.join(', ')}`);
  const timeout = url.searchParams.get('connect-timeout-ms');
  if (timeout !== null && !/^[1-9][0-9]{0,6}$/u.test(timeout)) {
    faults.push('connect-timeout-ms is not a number of milliseconds');
  }
  if (faults.length > 0 || mode === undefined) throw invalid(faults.join('; '));
  return {
    host,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decode(url.username),
    password: decode(url.password),
    tls: mode,
    tlsCaPath: url.searchParams.get('tls-ca'),
    connectTimeoutMs: timeout === null ? connectTimeoutMsDefault : Number(timeout),
  };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw invalid('it is not a URL');
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid('user or password holds a % that is not percent-encoded as %25');
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/u.test(host);
}

function invalid(reason: string): CausewayError {
  return new CausewayError('SOURCE_URL_INVALID', `the source URL is not usable: ${reason}`);
}

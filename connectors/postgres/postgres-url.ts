import { CausewayError } from '../../schemas/errors/causeway-error.ts';

export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

/** Where and how to connect, from a `postgres://` URL. */
export interface PostgresAddress {
  /** Host name or address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** PEM file of the authorities to trust; null for the system's. */
  readonly sslRootCertPath: string | null;
  readonly connectTimeoutMs: number;
}

const sslModes: readonly SslMode[] = ['disable', 'require', 'verify-ca', 'verify-full'];
const knownParameters = new Set(['sslmode', 'sslrootcert', 'connect_timeout', 'host']);
const connectTimeoutMsDefault = 10_000;

/**
 * Reads a `postgres://user:password@host:port/database?sslmode=...` URL. Without `sslmode`, a server on this machine is
 * spoken to in the clear, every other one only with a certificate that is valid for its name. libpq's `prefer` and `allow`
 * are refused: they fall back to clear text when someone on the way asks for it. No message repeats the URL: it holds a password.
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  const url = URL.parse(text);
  if (url === null) throw invalid('it is not a URL');
  const faults: string[] = [];
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    faults.push(`the scheme is ${url.protocol.slice(0, -1)}, not postgres`);
  }
  for (const name of url.searchParams.keys()) {
    if (!knownParameters.has(name)) faults.push(`the parameter ${name} is not known`);
  }
  const host = url.searchParams.get('host') ?? url.hostname.replace(/^\[(.*)\]$/u, '$1');
  if (host === '') faults.push('the host is missing');
  if (url.username === '') faults.push('the user is missing');
  const database = decode(url.pathname.slice(1));
  if (database === '') faults.push('the database is missing');
  const sslModeText = url.searchParams.get('sslmode') ?? (isLocal(host) ? 'disable' : 'verify-full');
  const sslMode = sslModes.find((known) => known === sslModeText);
  if (sslMode === undefined) faults.push(`sslmode is not one of ${sslModes.join(', ')}`);
  const timeout = url.searchParams.get('connect_timeout');
  if (timeout !== null && !/^[1-9][0-9]{0,3}$/u.test(timeout)) {
    faults.push('connect_timeout is not a number of seconds');
  }
  if (faults.length > 0 || sslMode === undefined) throw invalid(faults.join('; '));
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user: decode(url.username),
    password: decode(url.password),
    database,
    sslMode,
    sslRootCertPath: url.searchParams.get('sslrootcert'),
    connectTimeoutMs: timeout === null ? connectTimeoutMsDefault : Number(timeout) * 1000,
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid('user, password or database holds a % that is not percent-encoded as %25');
  }
}

function isLocal(host: string): boolean {
  return (
    host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(?:\.[0-9]{1,3}){3}$/u.test(host)
  );
}

function invalid(reason: string): CausewayError {
  return new CausewayError('TARGET_URL_INVALID', `the PostgreSQL URL is not usable: ${reason}`);
}

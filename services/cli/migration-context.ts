import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Store } from '../../connectors/store/store.ts';
import type { MigrationFile } from '../../schemas/migration-file.ts';
import type { Settings } from '../../schemas/settings.ts';
import { createLogger, type Logger, type LogLevel } from '../runtime/logger.ts';
import { Metrics } from '../runtime/metrics.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import type { CliContext } from './cli-context.ts';
import { chooseEndpoints, type Endpoints, type OfferedEndpoints } from './endpoints.ts';

/** What every role of one migration in this process stands on. */
export interface MigrationContext {
  readonly file: MigrationFile;
  /** The same without secrets, as it is stored and compared. */
  readonly redacted: unknown;
  readonly settings: Settings;
  readonly endpoints: Endpoints;
  readonly store: Store;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly faults: FaultPoints;
  /** Names this process in leases and in the history: host, process, and something no other process has. */
  readonly holder: string;
}

export async function openMigrationContext(
  cli: CliContext,
  input: {
    readonly file: MigrationFile;
    readonly redacted: unknown;
    readonly settings: Settings;
    readonly offered: OfferedEndpoints;
    readonly level: LogLevel;
  },
): Promise<MigrationContext> {
  const { file, redacted, settings, offered, level } = input;
  const endpoints = chooseEndpoints(file, offered);
  const { storeUrl, connectUrl, registryUrl } = endpoints;
  const secrets = [file.source.url, file.target.url, storeUrl, connectUrl, registryUrl].flatMap(secretsOf);
  const logger = createLogger({ level, secrets, destination: { write: (line) => cli.err(line) } }).child({
    migration: file.migration,
  });
  const store = await Store.open({
    url: endpoints.storeUrl,
    connectionsMax: settings.storeConnections,
    onIdleError: (error) => logger.warn('An idle connection to the control store broke', { error }),
  });
  return {
    file,
    redacted,
    settings,
    endpoints,
    store,
    logger,
    metrics: new Metrics(),
    faults: cli.faults,
    holder: `${hostname()}/${process.pid}/${randomBytes(3).toString('hex')}`,
  };
}

/** A password as it is and as a URL writes it: neither may reach a log line. */
function secretsOf(text: string): string[] {
  const { password } = new URL(text);
  // One or two characters would blot out half of every line, and are no secret.
  return password.length < 3 ? [] : [password, decodeURIComponent(password)];
}

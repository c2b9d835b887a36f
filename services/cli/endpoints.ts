import type { MigrationFile } from '../../schemas/migration-file.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** Where everything is that a migration needs besides source and target. */
export interface Endpoints {
  readonly brokers: readonly string[];
  /** null: as many copies as a log should have. */
  readonly replicationFactor: number | null;
  readonly connectUrl: string;
  readonly secretsDir: string;
  readonly registryUrl: string;
  readonly registryFlavour: 'apicurio' | 'confluent';
  readonly storeUrl: string;
}

/** What the local stack, or the settings in its place, offer; null for what they do not. */
export interface OfferedEndpoints {
  readonly kafkaBrokers: readonly string[] | null;
  readonly replicationFactor: number | null;
  readonly connectUrl: string | null;
  readonly secretsDir: string | null;
  readonly registryUrl: string | null;
  readonly storeUrl: string | null;
}

export const nothingOffered: OfferedEndpoints = {
  kafkaBrokers: null,
  replicationFactor: null,
  connectUrl: null,
  secretsDir: null,
  registryUrl: null,
  storeUrl: null,
};

/** The file's word first, then what is offered. Everything that is missing is told at once. */
export function chooseEndpoints(file: MigrationFile, offered: OfferedEndpoints): Endpoints {
  const brokers = file.kafka?.brokers ?? offered.kafkaBrokers;
  const connectUrl = file.connect?.url ?? offered.connectUrl;
  const secretsDir = file.connect?.secretsDir ?? offered.secretsDir;
  const registryUrl = file.registry?.url ?? offered.registryUrl;
  const storeUrl = file.store?.url ?? offered.storeUrl;
  if (
    brokers === null ||
    connectUrl === null ||
    secretsDir === null ||
    registryUrl === null ||
    storeUrl === null
  ) {
    const found = {
      'kafka.brokers': brokers,
      'connect.url': connectUrl,
      'connect.secretsDir': secretsDir,
      'registry.url': registryUrl,
      'store.url': storeUrl,
    };
    const missing = Object.entries(found).flatMap(([name, value]) => (value === null ? [name] : []));
    throw new CausewayError('ENDPOINT_MISSING', `Nothing says where these are: ${missing.join(', ')}`, {
      facts: { missing },
    });
  }
  return {
    brokers,
    // Brokers of the file are somebody's cluster, which what is offered says nothing about.
    replicationFactor:
      file.kafka === undefined ? offered.replicationFactor : (file.kafka.replicationFactor ?? null),
    connectUrl,
    secretsDir,
    registryUrl,
    registryFlavour: file.registry?.flavour ?? 'apicurio',
    storeUrl,
  };
}

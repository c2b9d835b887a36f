import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Environment } from './folders.ts';
import type { StackEndpoints } from './stack-endpoints.ts';

const variables = {
  mysql: 'CAUSEWAY_MYSQL_URL',
  postgres: 'CAUSEWAY_POSTGRES_URL',
  store: 'CAUSEWAY_STORE_URL',
  kafka: 'CAUSEWAY_KAFKA',
  connect: 'CAUSEWAY_CONNECT_URL',
  secretsDir: 'CAUSEWAY_CONNECT_SECRETS_DIR',
  registry: 'CAUSEWAY_REGISTRY_URL',
} as const;

/** The parts of a stack that somebody else runs, by environment. Every missing or wrong variable is reported at once. */
export function externalEndpoints(env: Environment): StackEndpoints {
  const faults: string[] = [];
  const text = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') faults.push(`${name} is not set`);
    return value ?? '';
  };
  const url = (name: string, protocols: readonly string[]): URL | null => {
    const value = text(name);
    if (value === '') return null;
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (parsed !== null && protocols.includes(parsed.protocol)) return parsed;
    // The value is not repeated: it may hold a password.
    faults.push(`${name} is not a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    return null;
  };
  const mysql = url(variables.mysql, ['mysql:']);
  const postgres = url(variables.postgres, ['postgres:', 'postgresql:']);
  url(variables.store, ['postgres:', 'postgresql:']);
  const connect = url(variables.connect, ['http:', 'https:']);
  const registry = url(variables.registry, ['http:', 'https:']);
  const bootstrapServers = text(variables.kafka);
  const secretsDir = text(variables.secretsDir);
  if (faults.length > 0) {
    throw new CausewayError('STACK_EXTERNAL_INCOMPLETE', `CAUSEWAY_STACK=external:\n${faults.join('\n')}`, {
      facts: { faults },
    });
  }
  return {
    mysql: server(mysql, 3306, env[variables.mysql]),
    postgres: server(postgres, 5432, env[variables.postgres]),
    store: { url: env[variables.store] ?? '' },
    kafka: { bootstrapServers },
    connect: { url: withoutSlash(connect), secretsDir },
    registry: { url: withoutSlash(registry) },
  };
}

function server(
  url: URL | null,
  defaultPort: number,
  text: string | undefined,
): { host: string; port: number; url: string } {
  const port = url === null || url.port === '' ? defaultPort : Number(url.port);
  return { host: url?.hostname ?? '', port, url: text ?? '' };
}

function withoutSlash(url: URL | null): string {
  return (url?.href ?? '').replace(/\/+$/, '');
}

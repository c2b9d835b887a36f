import { Client } from 'pg';
import type { InstancePorts } from './instance-ports.ts';
import type { InstanceSecrets } from './instance-secrets.ts';

const connectMs = 3_000;

export function postgresClient(
  { ports, secrets }: { readonly ports: InstancePorts; readonly secrets: InstanceSecrets },
  database: string,
): Client {
  return new Client({
    host: '127.0.0.1',
    port: ports.postgres,
    user: 'postgres',
    password: secrets.postgresPassword,
    database,
    connectionTimeoutMillis: connectMs,
  });
}

export async function withClient(client: Client, work: (client: Client) => Promise<unknown>): Promise<void> {
  // A connection that breaks between two queries must not end this process; the next query reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

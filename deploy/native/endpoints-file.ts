import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { InstanceFolders } from './folders.ts';
import type { InstancePorts } from './instance-ports.ts';
import type { InstanceSecrets } from './instance-secrets.ts';
import { connectSecretsFolder } from './plan-connect.ts';
import { mysqlClientPath } from './plan-mysql.ts';
import { databases } from './plan-postgres.ts';
import type { StackEndpoints } from './stack-endpoints.ts';

const recorded = z.object({
  mysql: z.object({ host: z.string(), port: z.number(), url: z.string(), clientPath: z.string() }),
  postgres: z.object({
    host: z.string(),
    port: z.number(),
    url: z.string(),
    psqlPath: z.string().exactOptional(),
  }),
  store: z.object({ url: z.string() }),
  kafka: z.object({ bootstrapServers: z.string() }),
  connect: z.object({ url: z.string(), secretsDir: z.string() }),
  registry: z.object({ url: z.string() }),
});

export function nativeEndpoints(
  folders: InstanceFolders,
  ports: InstancePorts,
  secrets: InstanceSecrets,
  psqlPath: string | null,
): StackEndpoints {
  const host = '127.0.0.1';
  const postgres = `postgres://postgres:${secrets.postgresPassword}@${host}:${ports.postgres}`;
  return {
    mysql: {
      host,
      port: ports.mysql,
      url: `mysql://root:${secrets.mysqlPassword}@${host}:${ports.mysql}`,
      clientPath: mysqlClientPath(folders.part('mysql')),
    },
    postgres: {
      host,
      port: ports.postgres,
      url: `${postgres}/${databases.app}`,
      ...(psqlPath === null ? {} : { psqlPath }),
    },
    store: { url: `${postgres}/${databases.store}` },
    kafka: { bootstrapServers: `${host}:${ports.kafka}` },
    connect: {
      url: `http://${host}:${ports.connect}`,
      secretsDir: connectSecretsFolder(folders.part('connect')),
    },
    registry: { url: `http://${host}:${ports.registry}` },
  };
}

/** What the last successful `up` of the instance recorded. */
export async function readEndpoints(folders: InstanceFolders): Promise<StackEndpoints> {
  const text = await readFile(folders.endpoints, 'utf8').catch(() => null);
  if (text === null) {
    throw new CausewayError('STACK_NOT_UP', `The stack instance ${folders.instance} is not up.`, {
      facts: { instance: folders.instance },
    });
  }
  try {
    return recorded.parse(JSON.parse(text));
  } catch (error) {
    throw new CausewayError('STACK_STATE_INVALID', `${folders.endpoints} does not hold endpoints.`, {
      cause: error,
    });
  }
}

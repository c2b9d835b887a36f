import { resolveEndpoints } from '../../deploy/native/resolve-endpoints.ts';
import { asCausewayError } from '../../schemas/errors/causeway-error.ts';
import type { MigrationFile } from '../../schemas/migration-file.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { CliContext } from './cli-context.ts';
import { nothingOffered, type OfferedEndpoints } from './endpoints.ts';

/** What the environment names, or the local stack that is up, for all that the file leaves open. */
export async function offeredEndpoints(
  cli: Pick<CliContext, 'env'>,
  file: Pick<MigrationFile, 'kafka' | 'connect' | 'registry' | 'store'>,
  settings: Settings,
): Promise<OfferedEndpoints> {
  const { kafka, connect, registry, store } = file;
  if (kafka !== undefined && connect !== undefined && registry !== undefined && store !== undefined) {
    return nothingOffered;
  }
  try {
    const stack = await resolveEndpoints(cli.env, settings.stackInstance);
    return {
      kafkaBrokers: stack.kafka.bootstrapServers.split(','),
      // The local stack has one broker. Of other clusters nothing is known: they need three.
      replicationFactor: cli.env['CAUSEWAY_STACK'] === 'external' ? null : 1,
      connectUrl: stack.connect.url,
      secretsDir: stack.connect.secretsDir,
      registryUrl: stack.registry.url,
      storeUrl: stack.store.url,
    };
  } catch (thrown) {
    const error = asCausewayError(thrown);
    if (error.code === 'STACK_NOT_UP') return nothingOffered;
    throw error;
  }
}

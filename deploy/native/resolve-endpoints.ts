import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { readEndpoints } from './endpoints-file.ts';
import { externalEndpoints } from './external.ts';
import { homeFolder, instanceFolders, type Environment } from './folders.ts';
import type { StackEndpoints } from './stack-endpoints.ts';

/** Where the parts of the stack are: those that the environment names, or those of a local instance. */
export async function resolveEndpoints(env: Environment, instance = 'default'): Promise<StackEndpoints> {
  const mode = env['CAUSEWAY_STACK'] ?? '';
  switch (mode) {
    case 'external':
      return externalEndpoints(env);
    case '':
    case 'native':
      return readEndpoints(instanceFolders(homeFolder(env), instance));
    default:
      throw new CausewayError('STACK_MODE_UNKNOWN', `CAUSEWAY_STACK is ${mode}.`, { facts: { mode } });
  }
}

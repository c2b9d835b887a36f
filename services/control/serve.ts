import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { keepAddressNote } from './address-note.ts';
import { createServer, type ServerOptions } from './server.ts';

export interface ServeOptions extends ServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Folder in which the address is noted, so that `causeway status` finds it. */
  readonly home: string;
  readonly migration: string;
}

/** Serves the API until the signal aborts. */
export async function serve(
  options: ServeOptions,
  onListening: (url: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const server = createServer(options);
  const url = await listen(options, (address) => server.listen(address));
  options.logger.info('The API answers', { url });
  onListening(url);
  try {
    await keepAddressNote({ ...options, url }, signal);
  } finally {
    await server.close();
  }
}

async function listen(
  { host, port }: ServeOptions,
  open: (address: { host: string; port: number }) => Promise<string>,
): Promise<string> {
  try {
    return await open({ host, port });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    throw new CausewayError('HTTP_ADDRESS_IN_USE', `Another process listens on ${host}:${port}`, {
      facts: { host, port },
      cause: error,
    });
  }
}

import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { listMigrations, readMigration } from '../../connectors/store/migration-rows.ts';
import type { StoreQueries } from '../../connectors/store/store.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { migrationName } from '../../schemas/migration-file.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Logger } from '../runtime/logger.ts';
import { demandToken } from './demand-token.ts';
import { readDocument, summaryOf } from './read-document.ts';
import { sendProblem, sendUnknownRoute } from './send-problem.ts';
import { setGauges } from './set-gauges.ts';

export interface ServerOptions {
  readonly store: StoreQueries;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly token: string;
  readonly isMetricsOpen: boolean;
}

/** No request of the API carries more than a few fields. */
const bodyBytesMax = 64 * 1024;
const headerBytesMax = 16 * 1024;
const requestMs = 10_000;
/** How often connections are looked at that take longer than that for a request. */
const connectionsCheckMs = 2_000;
/** Scrapers, probes and people; more is a flood, which must not take the memory and the files of a worker. */
const connectionsMax = 256;

/**
 * The HTTP API. It reads the control store and nothing else, so every process of every role can serve it and all give
 * the same answers.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { store, metrics, logger, token, isMetricsOpen } = options;
  const server = fastify({
    logger: false,
    // A path that cannot be decoded never reaches the handlers below.
    frameworkErrors: (error, _request, reply) => {
      setSafeHeaders(reply);
      void sendProblem(error, reply, logger);
    },
    http: { maxHeaderSize: headerBytesMax, connectionsCheckingInterval: connectionsCheckMs },
    bodyLimit: bodyBytesMax,
    connectionTimeout: requestMs,
    requestTimeout: requestMs,
    keepAliveTimeout: 30_000,
    routerOptions: { maxParamLength: 100 },
    return503OnClosing: true,
    forceCloseConnections: true,
  });
  server.server.maxConnections = connectionsMax;
  server.setErrorHandler(async (error, _request, reply) => sendProblem(error, reply, logger));
  server.setNotFoundHandler(async (request, reply) => sendUnknownRoute(server, request, reply));
  server.addHook('onSend', async (_request, reply) => setSafeHeaders(reply));
  const open = new Set(['/livez', '/readyz', ...(isMetricsOpen ? ['/metrics'] : [])]);
  server.addHook('onRequest', async (request) => {
    if (!open.has(request.routeOptions.url ?? '')) demandToken(request.headers.authorization, token);
  });

  server.get('/livez', async () => ({ status: 'ok' }));
  // Both answer without a token, or may: a flood of them must not queue up before the leases in the store's connections.
  const readiness = shared(async () => store.query('SELECT 1 AS ready', []));
  const exposition = shared(async () => {
    await setGauges(store, metrics);
    return metrics.registry.metrics();
  });
  server.get('/readyz', async () => {
    await readiness();
    return { status: 'ok' };
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await exposition()),
  );
  server.get('/v1/migrations', async () => ({
    migrations: (await listMigrations(store)).map(summaryOf),
  }));
  server.get<{ Params: { id: string } }>('/v1/migrations/:id', async (request) => {
    const name = migrationName.safeParse(request.params.id);
    const row = name.success ? await readMigration(store, name.data) : null;
    if (row === null) {
      throw new CausewayError('MIGRATION_UNKNOWN', 'There is no migration of that name in the control store');
    }
    return readDocument(store, row);
  });
  return server;
}

function setSafeHeaders(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
}

/** All who ask while an answer is under way get that answer. */
function shared<Answer>(work: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | null = null;
  return async () => {
    underWay ??= work().finally(() => (underWay = null));
    return underWay;
  };
}

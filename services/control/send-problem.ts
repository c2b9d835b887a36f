import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../../schemas/api/migration-document.ts';
import type { ErrorCode } from '../../schemas/errors/catalogue.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Logger } from '../runtime/logger.ts';

const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHORIZED: 401,
  ROUTE_UNKNOWN: 404,
  MIGRATION_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_INVALID: 400,
  STORE_UNREACHABLE: 503,
};

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Answers with problem+json. What Causeway did not expect is logged, and the answer says only that it happened. */
export async function sendProblem(
  thrown: unknown,
  reply: FastifyReply,
  logger: Logger,
): Promise<FastifyReply> {
  const known = asKnownError(thrown);
  if (known === null) {
    logger.error('A request failed', { error: thrown });
    const error = new CausewayError('INTERNAL', 'The request failed; the log of the process says why');
    return send(reply, error, 500);
  }
  const status = clientStatus(thrown) ?? statusOf[known.code] ?? 500;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return send(reply, known, status);
}

/** 404, or 405 where the path takes another method. */
export async function sendUnknownRoute(
  server: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = request.url.split('?', 1)[0] ?? '/';
  const allowed = methods.filter(
    (method) => server.hasRoute({ method, url: path }) || matches(server, method, path),
  );
  if (allowed.length > 0) {
    reply.header('allow', allowed.join(', '));
    return send(reply, new CausewayError('METHOD_NOT_ALLOWED', `This path takes ${allowed.join(', ')}`), 405);
  }
  return send(reply, new CausewayError('ROUTE_UNKNOWN', 'There is nothing at this path'), 404);
}

/** findRoute knows patterns only; the one pattern there is has a name in its last part. */
function matches(server: FastifyInstance, method: (typeof methods)[number], path: string): boolean {
  const pattern = path.replace(/^(\/v1\/migrations\/)[^/]+$/u, '$1:id');
  return pattern !== path && server.hasRoute({ method, url: pattern });
}

function asKnownError(thrown: unknown): CausewayError | null {
  if (thrown instanceof CausewayError) return thrown;
  const status = clientStatus(thrown);
  if (status === null) return null;
  return new CausewayError('REQUEST_INVALID', reasonOf(status, thrown));
}

function reasonOf(status: number, thrown: unknown): string {
  // What Fastify says of these repeats the path, which may be anything.
  if (status === 414) return 'The path is too long';
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'FST_ERR_BAD_URL') {
    return 'The path is not well encoded';
  }
  return thrown instanceof Error ? thrown.message : 'The request is wrong';
}

/** The status that Fastify gives to faults of the request: 400, 413, 415 and so on. */
function clientStatus(thrown: unknown): number | null {
  if (!(thrown instanceof Error)) return null;
  const status: unknown = Reflect.get(thrown, 'statusCode');
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

async function send(reply: FastifyReply, error: CausewayError, status: number): Promise<FastifyReply> {
  const problem: Problem = {
    type: `urn:causeway:error:${error.code}`,
    title: error.code.toLowerCase().replaceAll('_', ' '),
    status,
    detail: error.message,
    code: error.code,
    remedy: error.remedy,
  };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(problem));
}

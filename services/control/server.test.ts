import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { StoreQueries } from '../../connectors/store/store.ts';
import { problemSchema } from '../../schemas/api/migration-document.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { silentLogger } from '../runtime/logger.ts';
import { Metrics } from '../runtime/metrics.ts';
import { createServer } from './server.ts';

const token = 'a-token-of-some-length';
const authorization = `Bearer ${token}`;

/** A store without migrations. */
const emptyStore: StoreQueries = {
  query: async () => ({ rows: [], rowCount: 0, command: 'SELECT', oid: 0, fields: [] }),
};

/** `GET /v1/migrations/{id}` for each line of Fastify's tree; HEAD goes with every GET. */
function routesOf(tree: string): string[] {
  const parents: string[] = [];
  return tree
    .split('\n')
    .flatMap((line) => {
      const match = /^(?<indent>[│ ]*)[├└]── (?<part>\S+) \((?<methods>[A-Z, ]+)\)$/u.exec(line)?.groups;
      if (match === undefined) return [];
      const { indent = '', part = '', methods = '' } = match;
      const depth = indent.length / 4;
      parents.splice(depth, parents.length, part);
      const path = parents.join('').replaceAll(/:([a-z]+)/gu, '{$1}');
      return methods
        .split(', ')
        .filter((method) => method !== 'HEAD')
        .map((method) => `${method} ${path}`);
    })
    .toSorted();
}

function serverOn(store: StoreQueries, isMetricsOpen = false) {
  return createServer({ store, metrics: new Metrics(), logger: silentLogger, token, isMetricsOpen });
}

describe('the API', () => {
  it.each(['/v1/migrations', '/v1/migrations/shop', '/metrics', '/nothing'])(
    'refuses %s without the token',
    async (url) => {
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${token}` }]) {
        const answer = await serverOn(emptyStore).inject({ url, headers });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['content-type']).toContain('application/problem+json');
        expect(answer.headers['www-authenticate']).toBe('Bearer');
        expect(problemSchema.parse(answer.json()).code).toBe('UNAUTHORIZED');
      }
    },
  );

  it('answers probes without the token, and metrics where they are open', async () => {
    expect((await serverOn(emptyStore).inject({ url: '/livez' })).statusCode).toBe(200);
    expect((await serverOn(emptyStore).inject({ url: '/readyz' })).statusCode).toBe(200);
    const metrics = await serverOn(emptyStore, true).inject({ url: '/metrics' });
    expect(metrics.statusCode).toBe(200);
    expect(metrics.body).toContain('causeway_markers_total');
  });

  it('answers exactly the requests that the reference page names', async () => {
    const server = serverOn(emptyStore);
    await server.ready();
    const page = await readFile(new URL('../../docs/reference/api.md', import.meta.url), 'utf8');
    const named = [...page.matchAll(/^\| `([A-Z]+ \/\S*)` \|/gmu)].map((match) => match[1] ?? '');
    expect(named.toSorted()).toEqual(routesOf(server.printRoutes({ commonPrefix: false })));
  });

  it('lists migrations with the token', async () => {
    const answer = await serverOn(emptyStore).inject({ url: '/v1/migrations', headers: { authorization } });
    expect(answer.json()).toEqual({ migrations: [] });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['a migration that is not there', 'GET', '/v1/migrations/shop', 404, 'MIGRATION_UNKNOWN'],
    ['a name that cannot be one', 'GET', '/v1/migrations/..%2fetc', 404, 'MIGRATION_UNKNOWN'],
    ['a path that is not there', 'GET', '/v2', 404, 'ROUTE_UNKNOWN'],
    ['a method that the path does not take', 'DELETE', '/v1/migrations/shop', 405, 'METHOD_NOT_ALLOWED'],
    ['a method that the list does not take', 'POST', '/v1/migrations', 405, 'METHOD_NOT_ALLOWED'],
  ] as const)('answers %s with a problem', async (_name, method, url, status, code) => {
    const answer = await serverOn(emptyStore).inject({ method, url, headers: { authorization } });
    expect(answer.statusCode).toBe(status);
    const problem = problemSchema.parse(answer.json());
    expect(problem).toMatchObject({ code, status });
    if (status === 405) expect(answer.headers['allow']).toContain('GET');
  });

  it('is not ready while the control store is away, and says so with a code', async () => {
    const store: StoreQueries = {
      query: async () =>
        Promise.reject(new CausewayError('STORE_UNREACHABLE', 'The control store cannot be used')),
    };
    const answer = await serverOn(store).inject({ url: '/readyz' });
    expect(answer.statusCode).toBe(503);
    expect(problemSchema.parse(answer.json()).code).toBe('STORE_UNREACHABLE');
    expect((await serverOn(store).inject({ url: '/livez' })).statusCode).toBe(200);
  });

  it('gives away nothing of an error that it did not expect', async () => {
    const store: StoreQueries = { query: async () => Promise.reject(new Error('secret detail')) };
    const answer = await serverOn(store).inject({ url: '/v1/migrations', headers: { authorization } });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(answer.body).not.toContain('.ts');
  });

  it.each([
    ['a path that is not well encoded', '/v1/migrations/%zz', 400],
    ['a name of a thousand characters', `/v1/migrations/${'a'.repeat(1000)}`, 414],
  ])('answers %s with a problem that repeats nothing of it', async (_name, url, status) => {
    for (const headers of [{}, { authorization }]) {
      const answer = await serverOn(emptyStore).inject({ url, headers });
      expect(answer.statusCode).toBe(status);
      expect(problemSchema.parse(answer.json())).toMatchObject({ code: 'REQUEST_INVALID', status });
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.body).not.toMatch(/%zz|aaaa/u);
    }
  });

  it('answers a body that is too large with 413', async () => {
    const headers = { authorization, 'content-type': 'application/json' };
    const payload = JSON.stringify({ text: 'x'.repeat(100_000) });
    const answer = await serverOn(emptyStore).inject({
      method: 'POST',
      url: '/v1/migrations',
      headers,
      payload,
    });
    expect(answer.statusCode).toBe(413);
    expect(problemSchema.parse(answer.json()).status).toBe(413);
  });

  it('asks the store once for probes that come at the same time', async () => {
    const asked = { count: 0 };
    const store: StoreQueries = {
      query: async (sql, values) => {
        asked.count++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return emptyStore.query(sql, values);
      },
    };
    const server = serverOn(store);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => server.inject({ url: '/readyz' })),
    );
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(asked.count).toBe(1);
    await server.inject({ url: '/readyz' });
    expect(asked.count).toBe(2);
  });

  it('tells no gauge of a migration that is no longer in the store', async () => {
    const metrics = new Metrics();
    metrics.lagSeconds.set({ migration: 'gone' }, 5);
    const server = createServer({
      store: emptyStore,
      metrics,
      logger: silentLogger,
      token,
      isMetricsOpen: true,
    });
    expect((await server.inject({ url: '/metrics' })).body).not.toContain('gone');
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRegistryClient, registryKindOf } from './registry-client.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Routes = Record<string, { status: number; body?: string }>;

interface Peer {
  readonly url: string;
  readonly seen: { route: string; headers: Record<string, unknown>; body: string }[];
}

async function serve(routes: Routes): Promise<Peer> {
  const seen: Peer['seen'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      const route = `${request.method} ${request.url}`;
      seen.push({ route, headers: request.headers, body });
      const reply = routes[route] ?? { status: 404, body: '{}' };
      response.writeHead(reply.status).end(reply.body ?? '');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const schema = '{"type":"string"}';
const quick = { sleep: async (): Promise<void> => {}, attemptsMax: 2 };

describe('the Apicurio registry', () => {
  it('reads a schema by content id, from the server root as well as from the API URL', async () => {
    const peer = await serve({ 'GET /apis/registry/v2/ids/contentIds/7': { status: 200, body: schema } });
    const byKind = createRegistryClient({ url: peer.url, kind: 'apicurio', ...quick });
    const byUrl = createRegistryClient({ url: `${peer.url}/apis/registry/v2/`, ...quick });
    expect(await byKind.schemaById(7)).toBe(schema);
    expect(await byUrl.schemaById(7)).toBe(schema);
  });

  it('registers a schema under its name and answers the content id', async () => {
    const peer = await serve({
      'POST /apis/registry/v2/groups/default/artifacts?ifExists=RETURN_OR_UPDATE': {
        status: 200,
        body: '{"contentId":12,"globalId":99}',
      },
    });
    const registry = createRegistryClient({ url: peer.url, kind: 'apicurio', ...quick });
    expect(await registry.register('a.B', schema)).toBe(12);
    expect(peer.seen[0]).toMatchObject({
      body: schema,
      headers: { 'x-registry-artifactid': 'a.B', 'x-registry-artifacttype': 'AVRO' },
    });
  });
});

describe('the Confluent registry', () => {
  it('reads a schema by id and registers one under a subject', async () => {
    const peer = await serve({
      'GET /schemas/ids/7': { status: 200, body: JSON.stringify({ schema }) },
      'POST /subjects/a.B/versions': { status: 200, body: '{"id":12}' },
    });
    const registry = createRegistryClient({ url: peer.url, ...quick });
    expect(await registry.schemaById(7)).toBe(schema);
    expect(await registry.register('a.B', schema)).toBe(12);
    expect(JSON.parse(peer.seen[1]?.body ?? '')).toEqual({ schema, schemaType: 'AVRO' });
  });

  it('refuses a schema that refers to others rather than decode half of it', async () => {
    const peer = await serve({
      'GET /schemas/ids/7': { status: 200, body: JSON.stringify({ schema, references: [{ name: 'x' }] }) },
    });
    const registry = createRegistryClient({ url: peer.url, ...quick });
    await expect(registry.schemaById(7)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_UNEXPECTED' });
  });
});

describe.each(['apicurio', 'confluent'] as const)('a registry of kind %s', (kind) => {
  const path = kind === 'apicurio' ? '/apis/registry/v2/ids/contentIds/7' : '/schemas/ids/7';

  it('tells an unknown schema from an unreachable registry', async () => {
    const peer = await serve({});
    const registry = createRegistryClient({ url: peer.url, kind, ...quick });
    await expect(registry.schemaById(7)).rejects.toMatchObject({
      code: 'REGISTRY_SCHEMA_MISSING',
      isRetryable: false,
    });
    servers[0]?.closeAllConnections();
    servers[0]?.close();
    await expect(registry.schemaById(7)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      isRetryable: true,
    });
  });

  it('gives up on server errors after the allowed attempts', async () => {
    const peer = await serve({ [`GET ${path}`]: { status: 503 } });
    const registry = createRegistryClient({ url: peer.url, kind, ...quick });
    await expect(registry.schemaById(7)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    expect(peer.seen).toHaveLength(2);
  });

  it('refuses an answer that is no schema', async () => {
    const peer = await serve({ [`GET ${path}`]: { status: 200, body: '<html></html>' } });
    const registry = createRegistryClient({ url: peer.url, kind, ...quick });
    await expect(registry.schemaById(7)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_UNEXPECTED' });
  });

  it('finds a service of another kind at its health check', async () => {
    const peer = await serve({});
    const registry = createRegistryClient({ url: peer.url, kind, ...quick });
    await expect(registry.checkHealth()).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_UNEXPECTED' });
  });
});

describe('registryKindOf', () => {
  it.each([
    ['http://r:8080/apis/registry/v2', 'apicurio'],
    ['http://r:8080/apis/ccompat/v7', 'confluent'],
    ['https://r', 'confluent'],
  ])('takes %s for %s', (url, kind) => {
    expect(registryKindOf(url)).toBe(kind);
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectClient } from './connect-client.ts';

const plugins = [
  { class: 'a.Connector', type: 'source', version: '1' },
  { class: 'a.Converter', type: 'converter' },
  { class: 'a.Transform', type: 'transformation', version: null },
];

const config = {
  'connector.class': 'a.Connector',
  'value.converter': 'a.Converter',
  transforms: 'one',
  'transforms.one.type': 'a.Transform',
};

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Routes = Record<string, { status: number; body?: unknown }[]>;

async function connect(routes: Routes): Promise<{ client: ConnectClient; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const route = `${request.method} ${request.url}`;
    requests.push(route);
    const replies = routes[route] ?? [{ status: 404, body: { error_code: 404, message: 'not found' } }];
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? { status: 404 };
    response.writeHead(reply.status).end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new ConnectClient({ url, secrets: ['hunter2'], sleep: async () => {}, attemptsMax: 4 });
  return { client, requests };
}

const validateRoute = {
  'PUT /connector-plugins/a.Connector/config/validate': [
    { status: 200, body: { error_count: 0, configs: [] } },
  ],
};

const pluginsRoute = { 'GET /connector-plugins?connectorsOnly=false': [{ status: 200, body: plugins }] };

describe('ConnectClient', () => {
  it('registers a connector and sits a rebalance out', async () => {
    const { client, requests } = await connect({
      ...pluginsRoute,
      ...validateRoute,
      'PUT /connectors/c%2F1/config': [
        { status: 409, body: { error_code: 409, message: 'rebalance' } },
        { status: 201, body: {} },
      ],
    });
    await client.putConnector('c/1', config);
    expect(requests.filter((route) => route === 'PUT /connectors/c%2F1/config')).toHaveLength(2);
  });

  it('names the plug-ins that a worker lacks before it sends the configuration', async () => {
    const { client, requests } = await connect({
      'GET /connector-plugins?connectorsOnly=false': [{ status: 200, body: plugins.slice(0, 1) }],
    });
    await expect(client.putConnector('c', config)).rejects.toMatchObject({
      code: 'CONNECT_PLUGIN_MISSING',
      facts: { missing: ['a.Converter', 'a.Transform'] },
    });
    expect(requests.some((route) => route.startsWith('PUT'))).toBe(false);
  });

  it('reports a refused configuration by field, without values and secrets', async () => {
    const { client, requests } = await connect({
      ...pluginsRoute,
      'PUT /connector-plugins/a.Connector/config/validate': [
        {
          status: 200,
          body: {
            error_count: 2,
            configs: [
              { value: { name: 'ok', value: 'x', errors: [] } },
              { definition: { name: 'unset' }, value: null },
              {
                value: {
                  name: 'database.port',
                  value: 'oops',
                  errors: ['Invalid value oops for configuration database.port: no number'],
                },
              },
              {
                value: {
                  name: 'database.hostname',
                  value: 'h',
                  errors: ['Unable to connect: password=hunter2 refused'],
                },
              },
            ],
          },
        },
      ],
    });
    const refused = await client.putConnector('c', config).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'CONNECTOR_CONFIG_REFUSED',
      facts: { fields: ['database.port', 'database.hostname'] },
    });
    expect(String(refused)).toContain(
      'database.port: Invalid value for configuration database.port: no number',
    );
    expect(String(refused)).not.toMatch(/oops|hunter2/);
    expect(requests).not.toContain('PUT /connectors/c/config');
  });

  it('reports what Connect says when it refuses after a validation that found nothing', async () => {
    const { client } = await connect({
      ...pluginsRoute,
      ...validateRoute,
      'PUT /connectors/c/config': [
        { status: 400, body: { error_code: 400, message: 'gone: password=hunter2' } },
      ],
    });
    await expect(client.putConnector('c', config)).rejects.toMatchObject({
      code: 'CONNECTOR_CONFIG_REFUSED',
      message: expect.stringContaining('gone: password=***'),
    });
  });

  it('leaves a connector alone that has the wanted configuration, and tells what it did to others', async () => {
    const { client, requests } = await connect({
      ...pluginsRoute,
      ...validateRoute,
      'GET /connectors/same/config': [{ status: 200, body: { ...config, name: 'same' } }],
      'GET /connectors/older/config': [{ status: 200, body: { ...config, name: 'older', extra: '1' } }],
      'PUT /connectors/older/config': [{ status: 200, body: {} }],
      'PUT /connectors/new/config': [{ status: 201, body: {} }],
    });
    expect(await client.ensureConnector('same', config)).toBe('unchanged');
    expect(requests).toHaveLength(1);
    expect(await client.ensureConnector('older', config)).toBe('changed');
    expect(await client.ensureConnector('new', config)).toBe('registered');
  });

  it('answers null for the status of a connector that does not exist', async () => {
    const { client } = await connect({});
    expect(await client.getStatus('gone')).toBeNull();
    expect(await client.getOffsets('gone')).toBeNull();
  });

  it('reads status and offsets', async () => {
    const status = {
      name: 'c',
      connector: { state: 'RUNNING', worker_id: 'w' },
      tasks: [{ id: 0, state: 'FAILED', worker_id: 'w', trace: 't' }],
      type: 'source',
    };
    const offsets = { offsets: [{ partition: { server: 'p' }, offset: { gtids: 'u:1-5' } }] };
    const { client } = await connect({
      'GET /connectors/c/status': [{ status: 200, body: status }],
      'GET /connectors/c/offsets': [{ status: 200, body: offsets }],
    });
    expect((await client.getStatus('c'))?.tasks[0]).toMatchObject({ state: 'FAILED', trace: 't' });
    expect(await client.getOffsets('c')).toEqual(offsets.offsets);
  });

  it('restarts only what failed, and says when there is nothing to restart', async () => {
    const { client, requests } = await connect({
      'POST /connectors/c/restart?includeTasks=true&onlyFailed=true': [{ status: 202, body: {} }],
    });
    await client.restart('c', { includeTasks: true, onlyFailed: true });
    expect(requests).toHaveLength(1);
    await expect(client.pause('gone')).rejects.toMatchObject({ code: 'CONNECTOR_MISSING' });
  });

  it('tells Connect that keeps failing from a service that is not Connect', async () => {
    const { client } = await connect({
      'GET /connectors/down/status': [
        { status: 500, body: { error_code: 500, message: 'no secret file, hunter2' } },
      ],
      'GET /connectors/odd/status': [{ status: 200, body: { hello: 'world' } }],
    });
    await expect(client.getStatus('down')).rejects.toMatchObject({
      code: 'CONNECT_UNREACHABLE',
      message: expect.stringContaining('it answered 500: no secret file, ***'),
      isRetryable: true,
    });
    await expect(client.getStatus('odd')).rejects.toMatchObject({ code: 'CONNECT_ANSWER_UNEXPECTED' });
  });
});

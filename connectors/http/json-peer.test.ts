import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { JsonPeer, type JsonPeerOptions } from './json-peer.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Reply = { status: number; body: string } | 'hang' | 'cut';

interface Seen {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

async function serve(replies: Reply[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      seen.push({ url: request.url ?? '', authorization: request.headers.authorization, body });
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply === 'cut') request.socket.destroy();
      else if (typeof reply === 'object') response.writeHead(reply.status).end(reply.body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function peerAt(url: string, changes: Partial<JsonPeerOptions> = {}): { peer: JsonPeer; pauses: number[] } {
  const pauses: number[] = [];
  const peer = new JsonPeer({
    url,
    timeoutMs: 2_000,
    attemptsMax: 3,
    retryDelayMs: 100,
    retryDelayMsMax: 150,
    answerBytesMax: 1_000,
    isTransient: (status) => status >= 500,
    toUnreachable: (reason, shownUrl, cause) =>
      new CausewayError('CONNECT_UNREACHABLE', `${shownUrl}: ${reason}`, { cause }),
    sleep: async (ms) => void pauses.push(ms),
    random: () => 1,
    ...changes,
  });
  return { peer, pauses };
}

describe('JsonPeer', () => {
  it('answers status and parsed body, and sends an object as JSON', async () => {
    const { url, seen } = await serve([{ status: 201, body: '{"a":1}' }]);
    const answer = await peerAt(`${url}/base/`).peer.send({ method: 'PUT', path: '/x', body: { b: 2 } });
    expect(answer).toMatchObject({ status: 201, body: { a: 1 } });
    expect(seen).toMatchObject([{ url: '/base/x', body: '{"b":2}' }]);
  });

  it('tries transient answers and cut connections again with growing delays up to a maximum', async () => {
    const { url } = await serve([{ status: 503, body: '' }, 'cut', { status: 200, body: '{}' }]);
    const { peer, pauses } = peerAt(url);
    expect((await peer.send({ method: 'GET', path: '/' })).status).toBe(200);
    expect(pauses).toEqual([100, 150]);
  });

  it('gives up after the allowed attempts with the unreachable error', async () => {
    const { url, seen } = await serve([{ status: 500, body: 'boom' }]);
    await expect(peerAt(url).peer.send({ method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'CONNECT_UNREACHABLE',
      message: expect.stringContaining('it answered 500'),
    });
    expect(seen).toHaveLength(3);
  });

  it('reports a refused connection as unreachable', async () => {
    const { url } = await serve([]);
    servers[0]?.close();
    await expect(peerAt(url).peer.send({ method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'CONNECT_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('bounds a request that is never answered', async () => {
    const { url } = await serve(['hang']);
    const { peer } = peerAt(url, { timeoutMs: 50, attemptsMax: 1 });
    await expect(peer.send({ method: 'GET', path: '/' })).rejects.toThrow('no answer within 50 ms');
  });

  it('stops at once, without a retry, when the caller aborts', async () => {
    const { url, seen } = await serve(['hang']);
    const abort = new AbortController();
    const sent = peerAt(url).peer.send({ method: 'GET', path: '/', signal: abort.signal });
    setTimeout(() => abort.abort(new Error('stopping')), 50);
    await expect(sent).rejects.toThrow('stopping');
    expect(seen).toHaveLength(1);
  });

  it('sends user information of the URL as authentication and never shows it', async () => {
    const { url, seen } = await serve([{ status: 500, body: '' }]);
    const { peer } = peerAt(url.replace('//', '//me:p%40ss@'), { attemptsMax: 1 });
    const failure = await peer.send({ method: 'GET', path: '/' }).catch((error: unknown) => error);
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(String(failure)).not.toMatch(/me:|p@ss|p%40ss/);
    expect(peer.url).toBe(url);
  });

  it('refuses an answer larger than the limit', async () => {
    const { url } = await serve([{ status: 200, body: 'x'.repeat(2_000) }]);
    const { peer } = peerAt(url, { attemptsMax: 1 });
    await expect(peer.send({ method: 'GET', path: '/' })).rejects.toThrow('larger than 1000 bytes');
  });

  it('leaves the body undefined when it is no JSON', async () => {
    const { url } = await serve([{ status: 200, body: '<html>' }]);
    const answer = await peerAt(url).peer.send({ method: 'GET', path: '/' });
    expect(answer).toEqual({ status: 200, body: undefined, text: '<html>' });
  });
});

import { z } from 'zod';
import type { JsonPeer } from '../http/json-peer.ts';
import type { RegistryApi, RegistryOptions } from './registry-api.ts';
import {
  expectSuccess,
  parseAnswer,
  registryPeer,
  schemaId,
  schemaMissing,
  unexpectedAnswer,
} from './registry-peer.ts';

const apiPath = '/apis/registry/v2';

const registeredSchema = z.object({ contentId: schemaId });
const systemInfoSchema = z.object({ version: z.string() });

/** Apicurio's own API, version 2, which servers 2.x and 3.x offer. The id in records is the content id. */
export class ApicurioRegistry implements RegistryApi {
  readonly url: string;
  readonly #peer: JsonPeer;

  constructor(options: RegistryOptions) {
    this.#peer = registryPeer(options, apicurioApiUrl(options.url));
    this.url = this.#peer.url;
  }

  async schemaById(id: number, signal?: AbortSignal): Promise<string> {
    const path = `/ids/contentIds/${id}`;
    const answer = await this.#peer.send({ method: 'GET', path, ...optional(signal) });
    if (answer.status === 404) throw schemaMissing(this.url, id);
    expectSuccess(answer, this.url, `read schema ${id}`);
    if (answer.body === undefined) throw unexpectedAnswer(this.url, `read schema ${id}`, 'it is no JSON');
    return answer.text;
  }

  async register(name: string, schema: string, signal?: AbortSignal): Promise<number> {
    const answer = await this.#peer.send({
      method: 'POST',
      path: '/groups/default/artifacts?ifExists=RETURN_OR_UPDATE',
      headers: { 'x-registry-artifactid': name, 'x-registry-artifacttype': 'AVRO' },
      body: schema,
      ...optional(signal),
    });
    return parseAnswer(registeredSchema, answer, this.url, `register schema ${name}`).contentId;
  }

  async checkHealth(signal?: AbortSignal): Promise<void> {
    const answer = await this.#peer.send({ method: 'GET', path: '/system/info', ...optional(signal) });
    parseAnswer(systemInfoSchema, answer, this.url, 'read the version');
  }
}

/** Accepts the server's root as well as the API's own URL. */
export function apicurioApiUrl(url: string): string {
  const trimmed = url.replace(/\/+$/u, '');
  return trimmed.endsWith(apiPath) ? trimmed : trimmed + apiPath;
}

function optional(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

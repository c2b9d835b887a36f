import { z } from 'zod';
import type { JsonPeer } from '../http/json-peer.ts';
import type { RegistryApi, RegistryOptions } from './registry-api.ts';
import { parseAnswer, registryPeer, schemaId, schemaMissing, unexpectedAnswer } from './registry-peer.ts';

const schemaAnswer = z.object({ schema: z.string(), references: z.array(z.unknown()).optional() });
const registeredAnswer = z.object({ id: schemaId });
const subjectsAnswer = z.array(z.string());

/** The API of Confluent's registry, which Apicurio offers below /apis/ccompat/v7 and others offer too. */
export class ConfluentRegistry implements RegistryApi {
  readonly url: string;
  readonly #peer: JsonPeer;

  constructor(options: RegistryOptions) {
    this.#peer = registryPeer(options, options.url);
    this.url = this.#peer.url;
  }

  async schemaById(id: number, signal?: AbortSignal): Promise<string> {
    const answer = await this.#peer.send({ method: 'GET', path: `/schemas/ids/${id}`, ...optional(signal) });
    if (answer.status === 404) throw schemaMissing(this.url, id);
    const { schema, references } = parseAnswer(schemaAnswer, answer, this.url, `read schema ${id}`);
    if (references !== undefined && references.length > 0) {
      throw unexpectedAnswer(
        this.url,
        `read schema ${id}`,
        'it refers to other schemas, which the connector never writes',
      );
    }
    return schema;
  }

  async register(name: string, schema: string, signal?: AbortSignal): Promise<number> {
    const answer = await this.#peer.send({
      method: 'POST',
      path: `/subjects/${encodeURIComponent(name)}/versions`,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: { schema, schemaType: 'AVRO' },
      ...optional(signal),
    });
    return parseAnswer(registeredAnswer, answer, this.url, `register schema ${name}`).id;
  }

  async checkHealth(signal?: AbortSignal): Promise<void> {
    const answer = await this.#peer.send({ method: 'GET', path: '/subjects', ...optional(signal) });
    parseAnswer(subjectsAnswer, answer, this.url, 'list subjects');
  }
}

function optional(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

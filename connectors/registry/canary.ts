import { randomBytes } from 'node:crypto';
import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { RegistryApi } from './registry-api.ts';
import { schemaFingerprint } from './schema-fingerprint.ts';

export interface Canary {
  readonly id: number;
  readonly schema: string;
}

/** Where the canary outlives the process. */
export interface CanaryStore {
  load(): Promise<Canary | null>;
  save(canary: Canary): Promise<void>;
}

export interface RegistryCanaryOptions {
  readonly registry: RegistryApi;
  readonly store: CanaryStore;
  readonly randomHex?: () => string;
}

/**
 * Proves that the registry is still the one that gave the log its ids. A registry that restarts empty gives old ids to
 * other schemas, and records would be decoded with columns swapped, silently. So a schema that exists nowhere else is
 * registered once, and its id must answer the same schema for ever.
 */
export class RegistryCanary {
  readonly #options: RegistryCanaryOptions;
  #canary: Canary | null = null;

  constructor(options: RegistryCanaryOptions) {
    this.#options = options;
  }

  /** Registers the canary where there is none yet, else checks it. Call it before each connector start and each minute. */
  async check(signal?: AbortSignal): Promise<void> {
    const { registry, store } = this.#options;
    this.#canary ??= await store.load();
    if (this.#canary === null) {
      this.#canary = await this.#register(signal);
      return;
    }
    const { id, schema } = this.#canary;
    const answered = await registry.schemaById(id, signal).catch((error: unknown) => {
      if (asCausewayError(error).code === 'REGISTRY_SCHEMA_MISSING') return null;
      throw error;
    });
    if (answered !== null && schemaFingerprint(answered) === schemaFingerprint(schema)) return;
    throw new CausewayError(
      'REGISTRY_IDENTITY_CHANGED',
      `The schema registry ${registry.url} ${answered === null ? 'has lost' : 'gives another schema for'} ` +
        `id ${id}, under which Causeway registered its canary`,
      { facts: { url: registry.url, schemaId: id } },
    );
  }

  async #register(signal?: AbortSignal): Promise<Canary> {
    const { registry, store, randomHex = random128 } = this.#options;
    const name = `Canary_${randomHex()}`;
    const schema = JSON.stringify({ type: 'record', name, namespace: 'causeway', fields: [] });
    const canary = { id: await registry.register(`causeway.${name}`, schema, signal), schema };
    await store.save(canary);
    return canary;
  }
}

function random128(): string {
  return randomBytes(16).toString('hex');
}

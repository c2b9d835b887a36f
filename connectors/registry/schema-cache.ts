import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { RegistryApi } from './registry-api.ts';
import { schemaFingerprint } from './schema-fingerprint.ts';

/** Where schemas outlive the registry. `save` of what is already there must change nothing. */
export interface SchemaStore {
  load(id: number): Promise<string | null>;
  save(id: number, schema: string, sha256: string): Promise<void>;
}

export interface CachedRegistryOptions {
  readonly registry: RegistryApi;
  readonly store: SchemaStore;
  /** Schemas held in memory; the least recently added go first. */
  readonly schemasMax?: number;
  /** After an unreachable registry, stored schemas are used unverified for this long before it is asked again. */
  readonly unverifiedMs?: number;
  readonly now?: () => number;
}

/**
 * Schemas by id: from memory, else from the store, else from the registry. A schema read once is readable for ever, so
 * an outage or a loss of the registry stops no reader of known schemas. When store and registry give different schemas
 * for one id, nothing is decoded any more (REGISTRY_IDENTITY_CHANGED). Concurrent questions for one id share one answer.
 */
export class CachedRegistry {
  readonly #options: CachedRegistryOptions;
  readonly #schemas = new Map<number, string>();
  readonly #pending = new Map<number, Promise<string>>();
  #unreachableAtMs: number | null = null;

  constructor(options: CachedRegistryOptions) {
    this.#options = options;
  }

  async schemaById(id: number): Promise<string> {
    const known = this.#schemas.get(id) ?? this.#pending.get(id);
    if (known !== undefined) return known;
    const pending = this.#find(id).finally(() => this.#pending.delete(id));
    this.#pending.set(id, pending);
    return pending;
  }

  async #find(id: number): Promise<string> {
    const { registry, store } = this.#options;
    const stored = await store.load(id);
    const schema = stored ?? (await registry.schemaById(id));
    if (stored === null) {
      await store.save(id, schema, schemaFingerprint(schema));
    } else {
      await this.#verify(id, stored);
    }
    this.#remember(id, schema);
    return schema;
  }

  /** The registry's word against the store's, where the registry has one. */
  async #verify(id: number, stored: string): Promise<void> {
    const { registry, unverifiedMs = 30_000, now = performanceNow } = this.#options;
    if (this.#unreachableAtMs !== null && now() - this.#unreachableAtMs < unverifiedMs) return;
    const answered = await registry.schemaById(id).catch((error: unknown) => {
      const { code } = asCausewayError(error);
      if (code === 'REGISTRY_UNREACHABLE') this.#unreachableAtMs = now();
      // A registry that lost the schema cannot contradict the store; whether it lost everything, the canary tells.
      if (code === 'REGISTRY_UNREACHABLE' || code === 'REGISTRY_SCHEMA_MISSING') return null;
      throw error;
    });
    if (answered === null || schemaFingerprint(answered) === schemaFingerprint(stored)) return;
    throw new CausewayError(
      'REGISTRY_IDENTITY_CHANGED',
      `The schema registry ${registry.url} gives another schema for id ${id} than it gave before`,
      { facts: { url: registry.url, schemaId: id } },
    );
  }

  #remember(id: number, schema: string): void {
    const { schemasMax = 10_000 } = this.#options;
    if (this.#schemas.size >= schemasMax) {
      const oldest = this.#schemas.keys().next();
      if (oldest.done !== true) this.#schemas.delete(oldest.value);
    }
    this.#schemas.set(id, schema);
  }
}

function performanceNow(): number {
  return performance.now();
}

/** What Causeway needs of a schema registry, whatever its kind. Requests are bounded in time and attempts. */
export interface RegistryApi {
  /** Safe to show. */
  readonly url: string;
  /** The Avro schema, as JSON text, that records carry this id for. REGISTRY_SCHEMA_MISSING when there is none. */
  schemaById(id: number, signal?: AbortSignal): Promise<string>;
  /** Stores a schema under a name and answers the id that records would carry. The same schema gets the same id. */
  register(name: string, schema: string, signal?: AbortSignal): Promise<number>;
  /** Returns when the registry answers as its kind does; throws otherwise. */
  checkHealth(signal?: AbortSignal): Promise<void>;
}

export interface RegistryOptions {
  readonly url: string;
  readonly timeoutMs?: number;
  readonly attemptsMax?: number;
  readonly retryDelayMs?: number;
  readonly retryDelayMsMax?: number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

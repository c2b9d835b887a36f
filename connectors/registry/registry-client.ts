import { ApicurioRegistry } from './apicurio-registry.ts';
import { ConfluentRegistry } from './confluent-registry.ts';
import type { RegistryApi, RegistryOptions } from './registry-api.ts';

export type RegistryKind = 'apicurio' | 'confluent';

/** The client for a registry; its kind is taken from the URL unless a setting says it. */
export function createRegistryClient(
  options: RegistryOptions & { readonly kind?: RegistryKind },
): RegistryApi {
  const kind = options.kind ?? registryKindOf(options.url);
  return kind === 'apicurio' ? new ApicurioRegistry(options) : new ConfluentRegistry(options);
}

/** A URL below `/apis/registry/` is Apicurio's own API; everything else speaks Confluent's. */
export function registryKindOf(url: string): RegistryKind {
  return new URL(url).pathname.startsWith('/apis/registry/') ? 'apicurio' : 'confluent';
}

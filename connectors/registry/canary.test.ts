import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { RegistryCanary, type Canary, type CanaryStore } from './canary.ts';
import type { RegistryApi } from './registry-api.ts';

/** A registry that gives ids in the order of registration, as a real one does after it lost everything. */
class FakeRegistry implements RegistryApi {
  readonly url = 'http://registry';
  schemas: string[] = [];

  async schemaById(id: number): Promise<string> {
    const schema = this.schemas[id - 1];
    if (schema === undefined) throw new CausewayError('REGISTRY_SCHEMA_MISSING', 'missing');
    return schema;
  }

  async register(_name: string, schema: string): Promise<number> {
    return this.schemas.push(schema);
  }

  async checkHealth(): Promise<void> {}
}

class MemoryStore implements CanaryStore {
  canary: Canary | null = null;

  async load(): Promise<Canary | null> {
    return this.canary;
  }

  async save(canary: Canary): Promise<void> {
    this.canary = canary;
  }
}

describe('RegistryCanary', () => {
  it('registers a schema of its own once and finds it again, also from another process', async () => {
    const registry = new FakeRegistry();
    const store = new MemoryStore();
    const canary = new RegistryCanary({ registry, store });
    await canary.check();
    await canary.check();
    await new RegistryCanary({ registry, store }).check();
    expect(registry.schemas).toHaveLength(1);
    expect(registry.schemas[0]).toMatch(/Canary_[0-9a-f]{32}/);
  });

  it('finds a registry that was emptied', async () => {
    const registry = new FakeRegistry();
    const canary = new RegistryCanary({ registry, store: new MemoryStore() });
    await canary.check();
    registry.schemas = [];
    await expect(canary.check()).rejects.toMatchObject({ code: 'REGISTRY_IDENTITY_CHANGED' });
  });

  it('finds a registry that gives its id to another schema, be it another canary', async () => {
    const registry = new FakeRegistry();
    const canary = new RegistryCanary({ registry, store: new MemoryStore() });
    await canary.check();
    registry.schemas = [];
    await new RegistryCanary({ registry, store: new MemoryStore() }).check();
    await expect(canary.check()).rejects.toMatchObject({ code: 'REGISTRY_IDENTITY_CHANGED' });
  });

  it('does not take an unreachable registry for another one', async () => {
    const registry = new FakeRegistry();
    const canary = new RegistryCanary({ registry, store: new MemoryStore() });
    await canary.check();
    registry.schemaById = async () => {
      throw new CausewayError('REGISTRY_UNREACHABLE', 'down');
    };
    await expect(canary.check()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  });
});

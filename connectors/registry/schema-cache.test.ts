import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { RegistryApi } from './registry-api.ts';
import { CachedRegistry, type SchemaStore } from './schema-cache.ts';
import { schemaFingerprint } from './schema-fingerprint.ts';

const first = '{"type":"record","name":"A","fields":[]}';
const laidOut = '{ "type": "record",\n "name": "A", "fields": [] }';
const second = '{"type":"record","name":"B","fields":[]}';

/** A schema, or one of the words `missing` and `unreachable`. */
type Answer = string;

function registryOf(answers: Record<number, Answer>): { api: RegistryApi; asked: number[] } {
  const asked: number[] = [];
  const api: RegistryApi = {
    url: 'http://registry',
    schemaById: async (id) => {
      asked.push(id);
      const answer = answers[id] ?? 'missing';
      if (answer === 'missing') throw new CausewayError('REGISTRY_SCHEMA_MISSING', 'missing');
      if (answer === 'unreachable') throw new CausewayError('REGISTRY_UNREACHABLE', 'down');
      return answer;
    },
    register: async () => 0,
    checkHealth: async () => {},
  };
  return { api, asked };
}

function storeOf(stored: Record<number, string>): SchemaStore & { saved: [number, string, string][] } {
  const saved: [number, string, string][] = [];
  return {
    saved,
    load: async (id) => stored[id] ?? null,
    save: async (...entry) => void saved.push(entry),
  };
}

describe('CachedRegistry', () => {
  it('asks the registry once, stores the answer with its fingerprint, then answers from memory', async () => {
    const { api, asked } = registryOf({ 1: first });
    const store = storeOf({});
    const cache = new CachedRegistry({ registry: api, store });
    expect(await cache.schemaById(1)).toBe(first);
    expect(await cache.schemaById(1)).toBe(first);
    expect(asked).toEqual([1]);
    expect(store.saved).toEqual([[1, first, schemaFingerprint(first)]]);
  });

  it('shares one answer among concurrent questions for an id', async () => {
    const { api, asked } = registryOf({ 1: first });
    const cache = new CachedRegistry({ registry: api, store: storeOf({}) });
    await Promise.all([cache.schemaById(1), cache.schemaById(1), cache.schemaById(1)]);
    expect(asked).toEqual([1]);
  });

  it.each(['unreachable', 'missing', laidOut] as const)(
    'answers a stored schema when the registry answers %s',
    async (answer) => {
      const cache = new CachedRegistry({
        registry: registryOf({ 1: answer }).api,
        store: storeOf({ 1: first }),
      });
      expect(await cache.schemaById(1)).toBe(first);
    },
  );

  it('does not ask an unreachable registry again for each stored schema', async () => {
    const { api, asked } = registryOf({ 1: 'unreachable', 2: 'unreachable', 3: second });
    let nowMs = 0;
    const cache = new CachedRegistry({
      registry: api,
      store: storeOf({ 1: first, 2: second, 3: second }),
      unverifiedMs: 100,
      now: () => nowMs,
    });
    await cache.schemaById(1);
    await cache.schemaById(2);
    nowMs = 100;
    await cache.schemaById(3);
    expect(asked).toEqual([1, 3]);
  });

  it('refuses to decode when store and registry give different schemas for one id', async () => {
    const cache = new CachedRegistry({
      registry: registryOf({ 1: second }).api,
      store: storeOf({ 1: first }),
    });
    const refused = { code: 'REGISTRY_IDENTITY_CHANGED', isRetryable: false };
    await expect(cache.schemaById(1)).rejects.toMatchObject(refused);
    await expect(cache.schemaById(1)).rejects.toMatchObject(refused);
  });

  it('throws a retryable error for an unknown id without a registry, and asks again next time', async () => {
    const answers: Record<number, Answer> = { 1: 'unreachable' };
    const cache = new CachedRegistry({ registry: registryOf(answers).api, store: storeOf({}) });
    await expect(cache.schemaById(1)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      isRetryable: true,
    });
    answers[1] = first;
    expect(await cache.schemaById(1)).toBe(first);
  });

  it('answers nothing that it could not store', async () => {
    const store: SchemaStore = {
      load: async () => null,
      save: async () => Promise.reject(new Error('full')),
    };
    const cache = new CachedRegistry({ registry: registryOf({ 1: first }).api, store });
    await expect(cache.schemaById(1)).rejects.toThrow('full');
  });

  it('holds a bounded number of schemas in memory', async () => {
    const { api, asked } = registryOf({ 1: first, 2: second });
    const cache = new CachedRegistry({ registry: api, store: storeOf({}), schemasMax: 1 });
    await cache.schemaById(1);
    await cache.schemaById(2);
    await cache.schemaById(2);
    await cache.schemaById(1);
    expect(asked).toEqual([1, 2, 1]);
  });
});

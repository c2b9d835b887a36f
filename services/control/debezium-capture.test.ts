import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ConnectClient, type ConnectorConfig } from '../../connectors/debezium/connect-client.ts';
import { parseMysqlUrl } from '../../connectors/mysql/mysql-url.ts';
import { RegistryCanary } from '../../connectors/registry/canary.ts';
import { createRegistryClient } from '../../connectors/registry/registry-client.ts';
import { debeziumCapture } from './debezium-capture.ts';

/** Takes note of the configuration that would be sent. */
class RecordingConnect extends ConnectClient {
  config: ConnectorConfig = {};

  override async ensureConnector(_name: string, config: ConnectorConfig): Promise<'registered'> {
    this.config = config;
    return 'registered';
  }
}

it('gives Connect no password, neither of the source nor of the registry, but references to a file that has them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-capture-'));
  try {
    const connect = new RecordingConnect({ url: 'http://127.0.0.1:1' });
    const registryUrl = 'http://cw:reg%40geheim@registry:8080/apis/registry/v2';
    const registry = createRegistryClient({ url: registryUrl });
    const capture = debeziumCapture({
      migration: 'shop',
      source: parseMysqlUrl('mysql://root:src%40geheim@db:3306'),
      connect,
      secretsDir: folder,
      registry,
      canary: new RegistryCanary({
        registry,
        store: { load: async () => null, save: async () => undefined },
      }),
      registryUrl,
      brokers: ['k:9092'],
    });
    const plan = {
      version: 1 as const,
      migration: 'shop',
      targetSchema: 'public',
      fingerprint: 'f',
      tables: [],
      notes: [],
    };
    await capture.register({ ...plan, expand: [], post: [] }, false, new AbortController().signal);
    expect(JSON.stringify(connect.config)).not.toContain('geheim');
    expect(connect.config['value.converter.apicurio.registry.url']).toBe(
      'http://registry:8080/apis/registry/v2',
    );
    expect(connect.config['value.converter.apicurio.auth.username']).toBe('cw');
    const path = join(folder, `${connect.config['name']}.properties`);
    expect(connect.config['value.converter.apicurio.auth.password']).toBe(
      `\${file:${path}:registryPassword}`,
    );
    expect(await readFile(path, 'utf8')).toContain('registryPassword=reg\\u0040geheim');
  } finally {
    await rm(folder, { recursive: true });
  }
});

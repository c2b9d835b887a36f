import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { logRecordBytesMax } from '../../schemas/log-limits.ts';
import { kafka as component } from './components.ts';
import { javaOptions, log4jSettings, propertiesText } from './java-settings.ts';
import { partPlace } from './part-place.ts';
import { nothing, type PartPlan, type PlanInput } from './part-plan.ts';

export async function planConnect(input: PlanInput): Promise<PartPlan> {
  const { folders, programs, java } = input;
  const folder = folders.part('connect');
  const place = partPlace(folders, 'connect');
  const settingsPath = join(folder, 'connect.properties');
  const log4jPath = join(folder, 'log4j2.properties');
  const plugins = join(folder, 'plugins');
  const transform = createHash('sha256')
    .update(await readFile(programs.transformJar))
    .digest('hex');
  return {
    part: 'connect',
    version: component.version,
    launch: {
      command: java.kafka,
      args: [
        ...javaOptions({ heapMb: 1024, folder, extra: ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'] }),
        `-Dlog4j2.configurationFile=${log4jPath}`,
        '-cp',
        join(programs.kafka, '*'),
        'org.apache.kafka.connect.cli.ConnectDistributed',
        settingsPath,
      ],
      env: {},
      cwd: folder,
      owner: null,
    },
    ports: ['connect'],
    files: [
      { path: settingsPath, text: propertiesText(workerSettings(input, plugins)) },
      { path: log4jPath, text: log4jSettings(place.logPath) },
    ],
    contents: [transform, ...programs.connectPlugins.map((plugin) => plugin.folder)],
    prepare: async () => {
      const temporary = join(folder, 'tmp');
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary, { recursive: true });
      await mkdir(connectSecretsFolder(folder), { recursive: true, mode: 0o700 });
      await chmod(connectSecretsFolder(folder), 0o700);
      await fillPlugins(input, plugins);
    },
    settle: nothing,
    readyLimitMs: 180_000,
  };
}

export function connectSecretsFolder(folder: string): string {
  return join(folder, 'secrets');
}

function workerSettings(input: PlanInput, plugins: string): Record<string, string | number | boolean> {
  const { folders, ports } = input;
  const file = 'org.apache.kafka.common.config.provider.FileConfigProvider';
  const directory = 'org.apache.kafka.common.config.provider.DirectoryConfigProvider';
  const secrets = connectSecretsFolder(folders.part('connect'));
  return {
    'bootstrap.servers': `127.0.0.1:${ports.kafka}`,
    'group.id': 'causeway-connect',
    'config.storage.topic': 'causeway-connect-configs',
    'offset.storage.topic': 'causeway-connect-offsets',
    'status.storage.topic': 'causeway-connect-status',
    'config.storage.replication.factor': 1,
    'offset.storage.replication.factor': 1,
    'status.storage.replication.factor': 1,
    'offset.storage.partitions': 1,
    'status.storage.partitions': 1,
    // What is sent between two flushes comes again after a crash.
    'offset.flush.interval.ms': 1000,
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    listeners: `http://127.0.0.1:${ports.connect}`,
    'rest.advertised.host.name': '127.0.0.1',
    'rest.advertised.port': ports.connect,
    'plugin.path': plugins,
    // Every plug-in declares its classes, see `services` of the components.
    'plugin.discovery': 'service_load',
    'connector.client.config.override.policy': 'All',
    'producer.max.request.size': logRecordBytesMax,
    'producer.buffer.memory': 2 * logRecordBytesMax,
    'consumer.max.partition.fetch.bytes': logRecordBytesMax,
    'consumer.fetch.max.bytes': logRecordBytesMax,
    'config.providers': 'file,directory,env',
    'config.providers.file.class': file,
    'config.providers.file.param.allowed.paths': secrets,
    'config.providers.directory.class': directory,
    'config.providers.directory.param.allowed.paths': secrets,
    'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
  };
}

/** Links to the cache, and a copy of the transform, made beside the old folder and then put in its place. */
async function fillPlugins({ programs }: PlanInput, plugins: string): Promise<void> {
  const partial = `${plugins}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, 'causeway-transform'), { recursive: true });
  for (const { name, folder } of programs.connectPlugins) await symlink(folder, join(partial, name));
  const jar = programs.transformJar;
  await copyFile(jar, join(partial, 'causeway-transform', basename(jar)));
  await rm(plugins, { recursive: true, force: true });
  await rename(partial, plugins);
}

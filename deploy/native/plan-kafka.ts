import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logRecordBytesMax } from '../../schemas/log-limits.ts';
import { kafka as component } from './components.ts';
import { markedEnvironment } from './daemon.ts';
import { javaOptions, log4jSettings, propertiesText } from './java-settings.ts';
import { partPlace } from './part-place.ts';
import { nothing, type PartPlan, type PlanInput } from './part-plan.ts';
import { runCommand } from './run-command.ts';

export function planKafka(input: PlanInput): PartPlan {
  const { folders, ports, programs, secrets, java } = input;
  const folder = folders.part('kafka');
  const place = partPlace(folders, 'kafka');
  const settingsPath = join(folder, 'kafka.properties');
  const log4jPath = join(folder, 'log4j2.properties');
  const classPath = join(programs.kafka, '*');
  return {
    part: 'kafka',
    version: component.version,
    launch: {
      command: java.kafka,
      args: [
        ...javaOptions({ heapMb: 512, folder, extra: ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'] }),
        `-Dlog4j2.configurationFile=${log4jPath}`,
        '-cp',
        classPath,
        'kafka.Kafka',
        settingsPath,
      ],
      env: {},
      cwd: folder,
      owner: null,
    },
    ports: ['kafka', 'kafkaController'],
    files: [
      { path: settingsPath, text: propertiesText(brokerSettings(join(folder, 'data'), ports)) },
      { path: log4jPath, text: log4jSettings(place.logPath) },
    ],
    contents: [],
    prepare: async (signal) => {
      const temporary = join(folder, 'tmp');
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary, { recursive: true });
      const args = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '--ignore-formatted'];
      const format = [...args, '-t', secrets.kafkaCluster, '-c', settingsPath];
      await formatOnce(folder, () =>
        runCommand(java.kafka, format, { env: markedEnvironment({}, place.mark), signal }),
      );
    },
    settle: nothing,
    readyLimitMs: 120_000,
  };
}

function brokerSettings(
  data: string,
  ports: { readonly kafka: number; readonly kafkaController: number },
): Record<string, string | number | boolean> {
  const broker = `127.0.0.1:${ports.kafka}`;
  const controller = `127.0.0.1:${ports.kafkaController}`;
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${broker}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    // A topic that a client makes by asking for it has other settings than a log must have.
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    'min.insync.replicas': 1,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'message.max.bytes': logRecordBytesMax,
    'replica.fetch.max.bytes': logRecordBytesMax,
    'replica.fetch.response.max.bytes': logRecordBytesMax,
    // The whole request: a largest record, and what is around it.
    'socket.request.max.bytes': 2 * logRecordBytesMax,
    'controlled.shutdown.enable': true,
    // A broker that was killed may come back only when its old session is over.
    'broker.session.timeout.ms': 6000,
    'broker.heartbeat.interval.ms': 1000,
  };
}

/** Formatting again does no harm, but takes a second: the mark is made when it is done. */
async function formatOnce(folder: string, format: () => Promise<string>): Promise<void> {
  const mark = join(folder, 'formatted');
  const isDone = await access(mark).then(
    () => true,
    () => false,
  );
  if (isDone) return;
  await format();
  await writeFile(mark, '');
}

import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { httpAnswer } from './http-answer.ts';
import type { InstancePorts } from './instance-ports.ts';
import type { InstanceSecrets } from './instance-secrets.ts';
import { postgresClient, withClient } from './postgres-client.ts';
import type { StackPart } from './stack-parts.ts';

export interface HealthInput {
  readonly ports: InstancePorts;
  readonly secrets: InstanceSecrets;
}

const requestMs = 3_000;
const host = '127.0.0.1';
/** Capture needs a connector, the converter and Causeway's transform: the starts of their class names. */
const requiredPlugins = ['io.debezium.connector.', 'io.apicurio.', 'causeway.connect.'];
const pluginList = z.array(z.object({ class: z.string() }));

/** Throws, with the reason, as long as the part does not do its work. */
export async function checkHealth(part: StackPart, input: HealthInput, signal: AbortSignal): Promise<void> {
  switch (part) {
    case 'postgres':
      await withClient(postgresClient(input, 'postgres'), (client) => client.query('select 1'));
      return;
    case 'mysql':
      await connectMysql(input);
      return;
    case 'kafka':
      await describeCluster(`${host}:${input.ports.kafka}`);
      return;
    case 'registry':
      // Reads from the storage, unlike the description of the system.
      await httpAnswer(
        `http://${host}:${input.ports.registry}/apis/registry/v2/search/artifacts?limit=1`,
        signal,
      );
      return;
    case 'connect':
      await checkConnect(`http://${host}:${input.ports.connect}`, signal);
      return;
  }
}

async function connectMysql({ ports, secrets }: HealthInput): Promise<void> {
  const connection = await createConnection({
    host,
    port: ports.mysql,
    user: 'root',
    password: secrets.mysqlPassword,
    connectTimeout: requestMs,
  });
  await connection.end();
}

async function checkConnect(url: string, signal: AbortSignal): Promise<void> {
  await httpAnswer(`${url}/connectors`, signal);
  const listed = pluginList.parse(
    JSON.parse(await httpAnswer(`${url}/connector-plugins?connectorsOnly=false`, signal)),
  );
  const missing = requiredPlugins.filter((prefix) => !listed.some((entry) => entry.class.startsWith(prefix)));
  if (missing.length > 0) throw new Error(`the worker has no plug-in ${missing.join(', ')}`);
}

async function describeCluster(broker: string): Promise<void> {
  const admin = new Kafka({
    clientId: 'causeway-stack',
    brokers: [broker],
    connectionTimeout: requestMs,
    requestTimeout: requestMs,
    enforceRequestTimeout: true,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('no broker has registered yet');
  } finally {
    await admin.disconnect();
  }
}

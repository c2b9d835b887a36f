import { access, chmod, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { postgres as component } from './components.ts';
import { markedEnvironment } from './daemon.ts';
import { partPlace } from './part-place.ts';
import type { PartPlan, PlanInput } from './part-plan.ts';
import { postgresClient, withClient } from './postgres-client.ts';
import { openPathTo, postgresOwner } from './postgres-owner.ts';
import { runCommand } from './run-command.ts';

/** `registry` holds the schema registry, `causeway_store` the control store, `app` is a target to try things on. */
export const databases = { registry: 'registry', store: 'causeway_store', app: 'app' } as const;

type Owner = Awaited<ReturnType<typeof postgresOwner>>;

export async function planPostgres(input: PlanInput, tell: (line: string) => void): Promise<PartPlan> {
  const { folders, ports, programs, secrets } = input;
  const folder = folders.part('postgres');
  const data = join(folder, 'data');
  const native = join(programs.postgres, 'native');
  const owner = await postgresOwner();
  const { mark } = partPlace(folders, 'postgres');
  return {
    part: 'postgres',
    version: component.version,
    launch: {
      command: join(native, 'bin', 'postgres'),
      args: ['-D', data, '-c', `config_file=${join(folder, 'postgresql.conf')}`],
      env: {},
      cwd: folder,
      owner,
    },
    ports: ['postgres'],
    files: [{ path: join(folder, 'postgresql.conf'), text: settings(data, ports.postgres) }],
    contents: [],
    prepare: async (signal) => {
      await mkdir(folder, { recursive: true });
      if (owner !== null) {
        await chown(folder, owner.uid, owner.gid);
        await openPathTo(folder, tell);
        await openPathTo(join(native, 'bin'), tell);
      }
      // Nothing runs on the folder any more when it is prepared. A postmaster that was killed and not yet collected by
      // its parent would still count as running for the next one.
      await rm(join(data, 'postmaster.pid'), { force: true });
      await initialise({ native, folder, owner, mark, password: secrets.postgresPassword }, signal);
    },
    settle: async () => {
      await withClient(postgresClient(input, 'postgres'), createDatabases);
    },
    readyLimitMs: 120_000,
  };
}

function settings(data: string, port: number): string {
  return `data_directory = '${data.replaceAll("'", "''")}'
hba_file = '${join(data, 'pg_hba.conf').replaceAll("'", "''")}'
ident_file = '${join(data, 'pg_ident.conf').replaceAll("'", "''")}'
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
max_connections = 200
password_encryption = scram-sha-256
wal_level = logical
max_wal_senders = 20
max_replication_slots = 20
max_prepared_transactions = 64
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
`;
}

interface Initialisation {
  readonly native: string;
  readonly folder: string;
  readonly owner: Owner;
  readonly mark: string;
  readonly password: string;
}

/** Makes the data folder under another name first: a folder named `data` is complete. */
async function initialise(input: Initialisation, signal: AbortSignal): Promise<void> {
  const { native, folder, owner, mark, password } = input;
  const data = join(folder, 'data');
  const isDone = await access(data).then(
    () => true,
    () => false,
  );
  if (isDone) return;
  const partial = join(folder, 'data.partial');
  const passwordFile = join(folder, 'password');
  await rm(partial, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner !== null) await chown(passwordFile, owner.uid, owner.gid);
  try {
    await runCommand(
      join(native, 'bin', 'initdb'),
      [
        `--pgdata=${partial}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The same order of text on every machine, whatever locales it has.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { cwd: folder, env: markedEnvironment({}, mark), signal, ...owner },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await chmod(partial, 0o700);
  await rename(partial, data);
}

async function createDatabases(client: Client): Promise<void> {
  const present = await client.query<{ datname: string }>('select datname from pg_database');
  const names = new Set(present.rows.map(({ datname }) => datname));
  for (const name of Object.values(databases)) {
    if (!names.has(name)) await client.query(`create database ${client.escapeIdentifier(name)}`);
  }
}

import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markedEnvironment } from './daemon.ts';
import { partPlace } from './part-place.ts';
import { nothing, type PartPlan, type PlanInput } from './part-plan.ts';
import { runCommand } from './run-command.ts';
import { writeAtomically } from './write-atomically.ts';

export function planMysql(input: PlanInput): PartPlan {
  const { folders, ports, programs, secrets } = input;
  const folder = folders.part('mysql');
  const place = partPlace(folders, 'mysql');
  const server = serverCommand(programs.mysql, folder);
  return {
    part: 'mysql',
    version: programs.mysqlVersion,
    launch: {
      command: server.command,
      args: [...server.args, ...serverSettings(ports.mysql)],
      env: {},
      cwd: folder,
      owner: null,
    },
    ports: ['mysql'],
    files: [],
    contents: [],
    prepare: async (signal) => {
      await mkdir(join(folder, 'tmp'), { recursive: true });
      await initialise(server, place.mark, folder, secrets.mysqlPassword, signal);
      await writeClient(programs.mysql, folder, ports.mysql, secrets.mysqlPassword);
    },
    settle: nothing,
    readyLimitMs: 120_000,
  };
}

export function mysqlClientPath(folder: string): string {
  return join(folder, 'mysql-client');
}

interface ProgramCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Programs of another Debian run under that Debian's own loader and libraries. */
function programCommand(prefix: string, program: string): ProgramCommand {
  const [triplet, loader] =
    process.arch === 'arm64'
      ? ['aarch64-linux-gnu', 'ld-linux-aarch64.so.1']
      : ['x86_64-linux-gnu', 'ld-linux-x86-64.so.2'];
  const libraries = join(prefix, 'usr', 'lib', triplet);
  return {
    command: join(libraries, loader),
    args: ['--library-path', libraries, join(prefix, 'usr', program)],
  };
}

function serverCommand(prefix: string, folder: string): ProgramCommand {
  const { command, args } = programCommand(prefix, join('sbin', 'mysqld'));
  return {
    command,
    args: [
      ...args,
      '--no-defaults',
      `--basedir=${join(prefix, 'usr')}`,
      `--lc-messages-dir=${join(prefix, 'usr', 'share', 'mysql')}`,
      `--character-sets-dir=${join(prefix, 'usr', 'share', 'mysql', 'charsets')}`,
      `--plugin-dir=${join(prefix, 'usr', 'lib', 'mysql', 'plugin')}`,
      `--datadir=${join(folder, 'data')}`,
      `--tmpdir=${join(folder, 'tmp')}`,
      '--secure-file-priv=NULL',
      // mysqld runs as root only when that is said.
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ],
  };
}

function serverSettings(port: number): string[] {
  return [
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Relative to the data folder: an absolute path may be longer than a socket's path can be.
    '--socket=mysqld.sock',
    '--pid-file=mysqld.pid',
    '--mysqlx=OFF',
    '--server-id=1',
    '--log-bin=binlog',
    '--binlog-row-image=FULL',
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    '--sync-binlog=1',
    '--innodb-flush-log-at-trx-commit=1',
    '--binlog-expire-logs-seconds=604800',
    // Room for values of 16 MB in one statement, and for transactions with many of them.
    '--max-allowed-packet=64M',
    '--innodb-redo-log-capacity=512M',
    '--innodb-buffer-pool-size=512M',
    '--local-infile=ON',
    '--character-set-server=utf8mb4',
    '--default-time-zone=+00:00',
  ];
}

/** Makes the data folder under another name first: a folder named `data` is complete. */
async function initialise(
  server: ProgramCommand,
  mark: string,
  folder: string,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  const data = join(folder, 'data');
  if (await exists(data)) return;
  const partial = join(folder, 'data.partial');
  const firstSql = join(folder, 'first.sql');
  await rm(partial, { recursive: true, force: true });
  await writeFile(firstSql, `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';\n`, { mode: 0o600 });
  try {
    await runCommand(
      server.command,
      [
        ...server.args.filter((arg) => !arg.startsWith('--datadir=')),
        `--datadir=${partial}`,
        '--initialize-insecure',
        '--mysqlx=OFF',
        `--init-file=${firstSql}`,
      ],
      { cwd: folder, env: markedEnvironment({}, mark), signal },
    );
  } finally {
    await rm(firstSql, { force: true });
  }
  await rename(partial, data);
}

/** A command that starts the client logged in, with the password in a file only the owner reads. */
async function writeClient(prefix: string, folder: string, port: number, password: string): Promise<void> {
  const options = join(folder, 'client.cnf');
  await writeAtomically(
    options,
    `[client]\nhost=127.0.0.1\nport=${port}\nuser=root\npassword=${password}\ndefault-character-set=utf8mb4\n`,
    0o600,
  );
  const { command, args } = programCommand(prefix, join('bin', 'mysql'));
  const words = [
    command,
    ...args,
    `--defaults-file=${options}`,
    `--character-sets-dir=${join(prefix, 'usr', 'share', 'mysql', 'charsets')}`,
  ];
  await writeAtomically(
    mysqlClientPath(folder),
    `#!/bin/sh\nexec ${words.map(shellQuote).join(' ')} "$@"\n`,
    0o700,
  );
}

function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

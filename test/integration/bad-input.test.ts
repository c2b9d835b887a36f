import { afterEach, describe, expect, it } from 'vitest';
import { freePort, type CausewayProcess } from '../harness/causeway-process.ts';
import { endedTransaction } from '../harness/kafka-log.ts';
import { PortGate } from '../harness/port-gate.ts';
import { sampled } from '../harness/sampled.ts';
import { Scene } from '../harness/scene.ts';
import { openTestStack, type RestartablePart } from '../harness/stack.ts';
import { seedChanges } from '../harness/workload-changes.ts';

/** Something wrong before the start, and how a person mends it. */
interface Fault {
  readonly what: string;
  readonly code: string;
  readonly spoil: (scene: Scene) => Promise<void>;
  readonly mend: (scene: Scene) => Promise<void>;
}

/** In the ordinary run; the full one has them all. */
const faultsInSample = 5;
const gates: PortGate[] = [];

afterEach(async () => {
  for (const gate of gates.splice(0)) await gate.shut();
});

const passing: Readonly<Record<string, string>> = { password: 'right-password-1' };

const faults: readonly Fault[] = [
  {
    what: 'a source that does not answer',
    code: 'SOURCE_UNREACHABLE',
    spoil: async (scene) =>
      scene.writeFile({ source: { engine: 'mysql', url: await gated(scene, scene.sourceUrl) } }),
    mend: openGates,
  },
  {
    what: 'a target that does not answer',
    code: 'TARGET_UNREACHABLE',
    spoil: async (scene) =>
      scene.writeFile({
        target: { engine: 'postgres', url: await gated(scene, scene.targetUrl), schema: 'public' },
      }),
    mend: openGates,
  },
  {
    what: 'a wrong password of the source',
    code: 'SOURCE_ACCESS_DENIED',
    spoil: async (scene) => {
      await scene.sql(
        `CREATE USER '${scene.id}'@'%' IDENTIFIED BY 'another'; GRANT ALL ON *.* TO '${scene.id}'@'%'`,
      );
      await scene.writeFile({ source: { engine: 'mysql', url: withLogin(scene, scene.sourceUrl) } });
    },
    mend: async (scene) => {
      await scene.sql(`ALTER USER '${scene.id}'@'%' IDENTIFIED BY '${passing['password']}'`);
    },
  },
  {
    what: 'a wrong user of the target',
    code: 'TARGET_ACCESS_DENIED',
    spoil: async (scene) => {
      await scene.target(`CREATE ROLE "${scene.id}" SUPERUSER NOLOGIN PASSWORD '${passing['password']}'`);
      await scene.writeFile({
        target: { engine: 'postgres', url: withLogin(scene, scene.targetUrl), schema: 'public' },
      });
    },
    mend: async (scene) => {
      await scene.target(`ALTER ROLE "${scene.id}" LOGIN`);
    },
  },
  {
    what: 'binlog_format=STATEMENT',
    code: 'BINLOG_FORMAT',
    spoil: async (scene) => void (await scene.sql("SET GLOBAL binlog_format = 'STATEMENT'")),
    mend: async (scene) => void (await scene.sql("SET GLOBAL binlog_format = 'ROW'")),
  },
  {
    what: 'binlog_row_image=MINIMAL',
    code: 'BINLOG_ROW_IMAGE',
    spoil: async (scene) => void (await scene.sql("SET GLOBAL binlog_row_image = 'MINIMAL'")),
    mend: async (scene) => void (await scene.sql("SET GLOBAL binlog_row_image = 'FULL'")),
  },
  {
    what: 'a pattern that matches no table',
    code: 'NO_TABLE_MATCHES',
    spoil: async (scene) => scene.writeFile({ tables: [`${scene.database}.*`, `${scene.database}.later`] }),
    mend: async (scene) => void (await scene.sql('CREATE TABLE later (id INT NOT NULL PRIMARY KEY)')),
  },
  {
    what: 'a column of a type that is not carried',
    code: 'PLAN_REFUSED',
    spoil: async (scene) => void (await scene.sql('ALTER TABLE item ADD COLUMN place POINT NULL')),
    mend: async (scene) => void (await scene.sql('ALTER TABLE item DROP COLUMN place')),
  },
  {
    what: 'a table without a key',
    code: 'PLAN_REFUSED',
    spoil: async (scene) => void (await scene.sql('CREATE TABLE loose (a INT NOT NULL)')),
    mend: async (scene) => void (await scene.sql('ALTER TABLE loose ADD PRIMARY KEY (a)')),
  },
  {
    what: 'a target table that already has rows',
    code: 'TARGET_TABLE_NOT_EMPTY',
    spoil: async (scene) =>
      void (await scene.target('CREATE TABLE item (id INT PRIMARY KEY); INSERT INTO item VALUES (1)')),
    mend: async (scene) => void (await scene.target('DROP TABLE item')),
  },
  ...(
    [
      ['registry', 'REGISTRY_UNREACHABLE'],
      ['connect', 'CONNECT_UNREACHABLE'],
      ['kafka', 'KAFKA_UNREACHABLE'],
    ] as const
  ).map(([part, code]: readonly [RestartablePart, string]): Fault => ({
    what: `${part} down at the start`,
    code,
    spoil: (scene) => scene.stack.stop(part),
    mend: (scene) => scene.stack.start(part),
  })),
];

async function gated(_: Scene, url: string): Promise<string> {
  const changed = new URL(url);
  const gate = new PortGate(await freePort(), Number(changed.port));
  gates.push(gate);
  changed.port = String(gate.port);
  return changed.href;
}

async function openGates(): Promise<void> {
  for (const gate of gates) await gate.open();
}

function withLogin(scene: Scene, url: string): string {
  const changed = new URL(url);
  changed.username = scene.id;
  changed.password = passing['password'] ?? '';
  return changed.href;
}

async function waitForRefusal(process: CausewayProcess, code: string): Promise<string> {
  const document = await process.waitFor(
    `a halt that names ${code}`,
    ({ halts }) => halts.some((halt) => halt.code === code || halt.message.includes(`- ${code} (`)),
    90_000,
  );
  return JSON.stringify(document.halts);
}

describe('bad input is told with a code and a remedy, loses nothing, and work goes on when it is mended', () => {
  it.each(sampled(faults, faultsInSample))('$what: $code', async ({ code, spoil, mend }) => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'bad' });
    await seedChanges(scene.sourceUrl, scene.database, 200);
    await spoil(scene);
    let isMended = false;
    try {
      const process = await scene.start();
      const told = await waitForRefusal(process, code);
      expect(told).toContain('"remedy":"');
      expect(
        await scene.target(
          "SELECT 1 AS found FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'item'",
        ),
      ).toEqual([]);
      await mend(scene);
      isMended = true;
      await scene.waitForStage(process, 'verify');
      await scene.sql("INSERT INTO item (id, code) VALUES (900001, 'after it was mended')");
      await scene.settle(process);
      expect(await scene.differences()).toBe('');
    } finally {
      if (!isMended) await mend(scene);
    }
  });

  it('a wrong file: every fault at once, with its place, and exit code 2', async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'badfile' });
    await scene.writeFile({
      tables: ['no-dot'],
      sorce: {},
      target: { engine: 'postgres', url: 'nonsense', schema: 'public' },
    });
    const { code, output } = await scene.command(['run', '-f', scene.file]);
    expect(code).toBe(2);
    for (const said of ['FILE_INVALID', 'tables[0]', 'did you mean source', 'target.url'])
      expect(output).toContain(said);
  });

  it('a control store that does not answer: STORE_UNREACHABLE, and nothing is created', async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'badstore' });
    await scene.writeFile({ store: { url: await gated(scene, scene.endpoints.postgres.url) } });
    const process = await scene.start();
    const deadline = performance.now() + 60_000;
    while (!process.lines.some((line) => line.includes('STORE_UNREACHABLE'))) {
      if (performance.now() > deadline) throw new Error(`no STORE_UNREACHABLE\n${process.tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await scene.target("SELECT 1 AS found FROM pg_namespace WHERE nspname = 'causeway'")).toEqual([]);
  });

  it.each([
    [
      'whose schema fits no part of it',
      async (scene: Scene) => Buffer.concat([await knownSchema(scene), Buffer.alloc(3, 0xff)]),
    ],
    ['that is not Avro at all', () => Promise.resolve(Buffer.from('{"not": "avro"}'))],
  ])(
    'a record %s: LOG_RECORD_UNDECODABLE, what came before is applied, what comes after waits',
    async (_, garbage) => {
      await using scene = await Scene.open({ stack: openTestStack(), name: 'garbage' });
      await seedChanges(scene.sourceUrl, scene.database, 200);
      const process = await scene.startConsistent();
      await scene.sql("INSERT INTO item (id, code) VALUES (900001, 'before')");
      await scene.settle(process);
      const offset = await scene.kafka.append(scene.names.topic, { key: null, value: await garbage(scene) });
      const document = await process.waitFor('a halt', ({ halts }) => halts.length > 0, 60_000);
      expect(document.halts.map((halt) => halt.code)).toContain('LOG_RECORD_UNDECODABLE');
      expect(document.halts[0]?.message).toContain(String(offset));
      await scene.sql("INSERT INTO item (id, code) VALUES (900002, 'after')");
      const rows = await scene.target<{ id: number }>('SELECT id FROM item WHERE id > 900000');
      expect(rows.map((row) => row.id)).toEqual([900_001]);
      const [checkpoint] = await scene.target<{ next: string }>(
        'SELECT next_offset::text AS next FROM causeway.checkpoint',
      );
      expect(BigInt(checkpoint?.next ?? -1)).toBeLessThanOrEqual(offset);
    },
  );
});

/** Magic byte and schema id of a record of the log. */
async function knownSchema(scene: Scene): Promise<Buffer> {
  let found: Buffer | null = null;
  await scene.kafka.readAll(scene.names.topic, ({ value }) => {
    if (endedTransaction(value) !== null) found ??= value;
  });
  if (found === null) throw new Error('the log holds no transaction');
  return Buffer.from(found).subarray(0, 5);
}

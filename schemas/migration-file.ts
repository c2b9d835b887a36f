import { z } from 'zod';
import { databaseUrl, httpUrl } from './migration-file/url-fields.ts';

/** What a migration may be called: it becomes part of topic, connector and file names. */
export const migrationName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,40}$/u, 'must be 1 to 41 of a-z, 0-9, _ and -, starting with a letter')
  .describe('Name of the migration. It names the topic, the connector and the rows in the control store.');

const tablePattern = z
  .string()
  .regex(/^!?[^!.\s][^.]*\..+$/u, 'must be database.table, with * and ? as wildcards, ! in front to exclude')
  .describe('database.table; * stands for any characters, ? for one, ! in front excludes.');

const limitsSchema = z
  .strictObject({
    backfill: z
      .strictObject({
        readers: integer(1, 64, 4).describe('Chunks that are read and copied at the same time.'),
        chunkRows: integer(100, 10_000_000, 50_000).describe('Rows of a chunk, about.'),
      })
      .prefault({})
      .describe('How hard the backfill works.'),
    apply: z
      .strictObject({
        rowsMax: integer(1, 1_000_000, 5_000).describe(
          'A group of source transactions is committed once it holds this many row changes.',
        ),
        bytesMax: integer(65_536, 268_435_456, 8_388_608).describe(
          'The same in characters of the values; what is in memory is a few times this.',
        ),
        lingerMs: integer(0, 10_000, 50).describe(
          'The same in time: no change waits longer than this many milliseconds for others to join it.',
        ),
      })
      .prefault({})
      .describe('How source transactions are grouped on their way into the target.'),
    log: z
      .strictObject({
        keepRecords: integer(10_000, 1_000_000_000, 100_000).describe(
          'Records that stay in the log below the oldest position needed, as a window for a target that is set back.',
        ),
      })
      .prefault({})
      .describe('How much of the log is kept.'),
  })
  .prefault({})
  .describe(
    'The only part that may change while the migration lives; a running process sees a change within seconds.',
  );

/** The file `causeway.yaml`, with references resolved and defaults filled in. */
export const migrationFileSchema = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  migration: migrationName,
  source: z.strictObject({
    engine: z.literal('mysql'),
    url: databaseUrl(['mysql'], { isDatabaseNeeded: false }).describe('mysql://user:password@host:port'),
  }),
  target: z.strictObject({
    engine: z.literal('postgres'),
    url: databaseUrl(['postgres', 'postgresql'], { isDatabaseNeeded: true }).describe(
      'postgres://user:password@host:port/database',
    ),
    schema: z
      .string()
      .min(1)
      .max(63)
      .refine((name) => !/^(pg_|information_schema$|causeway$|causeway_control$)/u.test(name), {
        message: 'is reserved; choose another schema',
      })
      .default('public')
      .describe('Schema in which the tables are made.'),
  }),
  tables: z.array(tablePattern).min(1, 'must name at least one table').describe('The tables that are moved.'),
  plan: z
    .strictObject({
      approve: z
        .enum(['manual', 'auto'])
        .default('manual')
        .describe(
          'manual: nothing is created before `causeway plan --approve`. auto: the plan is taken as it is.',
        ),
    })
    .prefault({}),
  limits: limitsSchema,
  kafka: z
    .strictObject({
      brokers: z.array(broker()).min(1).describe('host:port of each bootstrap broker.'),
      replicationFactor: z
        .number()
        .int()
        .min(1)
        .max(15)
        .optional()
        .describe('Copies of the log; without it three, for which the cluster must have brokers.'),
    })
    .optional(),
  connect: z
    .strictObject({
      url: httpUrl().describe("URL of Kafka Connect's REST interface."),
      secretsDir: z
        .string()
        .startsWith('/', 'must be an absolute path')
        .describe(
          'Folder that Causeway writes and the Connect workers read under the same path: passwords go there.',
        ),
    })
    .optional(),
  registry: z
    .strictObject({
      url: httpUrl().describe('URL of the schema registry.'),
      flavour: z.enum(['apicurio', 'confluent']).default('apicurio'),
    })
    .optional(),
  store: z
    .strictObject({
      url: databaseUrl(['postgres', 'postgresql'], { isDatabaseNeeded: true }).describe(
        "URL of the PostgreSQL database that holds Causeway's own state.",
      ),
    })
    .optional(),
  http: z
    .strictObject({
      host: z.string().min(1).optional().describe('Address that the API listens on.'),
      port: z.number().int().min(0).max(65_535).optional().describe('Port of the API; 0 takes a free one.'),
    })
    .optional(),
});

export type MigrationFile = z.infer<typeof migrationFileSchema>;
export type MigrationLimits = MigrationFile['limits'];

/** The file's JSON Schema, for editors and for `causeway schema`. */
export function migrationFileJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(migrationFileSchema, { io: 'input' }),
    title: 'Causeway migration file',
  };
}

function integer(min: number, max: number, preset: number) {
  return z.number().int().min(min).max(max).default(preset);
}

function broker() {
  return z.string().regex(/^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/u, 'must be host:port');
}

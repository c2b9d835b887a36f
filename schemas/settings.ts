import { z } from 'zod';
import { CausewayError } from './errors/causeway-error.ts';
import { nearestName } from './migration-file/nearest-name.ts';

export interface SettingDescription {
  /** The one environment variable that sets it. */
  readonly env: string;
  readonly unit: string | null;
  readonly description: string;
  readonly isSecret?: boolean;
}

const descriptions = z.registry<SettingDescription>();

/** What configures a process, as against a migration. Only the command line's entry point reads the environment. */
export const settingsSchema = z.object({
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).optional().register(descriptions, {
    env: 'CAUSEWAY_LOG_LEVEL',
    unit: null,
    description:
      'Least level of the log lines on standard error; without it info, and warn beside a progress line on a terminal.',
  }),
  home: z.string().optional().register(descriptions, {
    env: 'CAUSEWAY_HOME',
    unit: null,
    description:
      'Folder for the API token and for the addresses of running processes; without it ~/.causeway.',
  }),
  httpHost: z.string().min(1).default('127.0.0.1').register(descriptions, {
    env: 'CAUSEWAY_HTTP_HOST',
    unit: null,
    description: 'Address that the API listens on, unless the migration file names one.',
  }),
  httpPort: integer(0, 65_535, 0).register(descriptions, {
    env: 'CAUSEWAY_HTTP_PORT',
    unit: null,
    description: 'Port of the API, unless the migration file names one; 0 takes a free one.',
  }),
  token: z.string().min(16).optional().register(descriptions, {
    env: 'CAUSEWAY_TOKEN',
    unit: null,
    description:
      'Bearer token of the API, at least 16 characters; without it one is made and kept in the home folder.',
    isSecret: true,
  }),
  isMetricsOpen: z.stringbool().default(false).register(descriptions, {
    env: 'CAUSEWAY_METRICS_OPEN',
    unit: null,
    description: 'Whether /metrics answers without the token.',
  }),
  url: z.string().optional().register(descriptions, {
    env: 'CAUSEWAY_URL',
    unit: null,
    description: 'API that `causeway status` asks, instead of the process that runs here.',
  }),
  stackInstance: z.string().min(1).default('default').register(descriptions, {
    env: 'CAUSEWAY_STACK_INSTANCE',
    unit: null,
    description: 'Local stack that fills in what the migration file does not name.',
  }),
  leaseMs: integer(2_000, 600_000, 10_000).register(descriptions, {
    env: 'CAUSEWAY_LEASE_MS',
    unit: 'ms',
    description:
      'How long a role stays with a process that no longer answers; it is renewed at a third of this.',
  }),
  followMs: integer(50, 60_000, 300).register(descriptions, {
    env: 'CAUSEWAY_FOLLOW_MS',
    unit: 'ms',
    description: 'How often a role reads from the control store what it should do.',
  }),
  markerMs: integer(100, 10_000, 1_000).register(descriptions, {
    env: 'CAUSEWAY_MARKER_MS',
    unit: 'ms',
    description: 'Time between two markers on the source.',
  }),
  haltRetryMs: integer(100, 600_000, 10_000).register(descriptions, {
    env: 'CAUSEWAY_HALT_RETRY_MS',
    unit: 'ms',
    description: 'How long a halted role waits before it looks whether what halted it is mended.',
  }),
  drainMs: integer(1_000, 600_000, 30_000).register(descriptions, {
    env: 'CAUSEWAY_DRAIN_MS',
    unit: 'ms',
    description: 'How long running batches may take to finish after a signal before the process ends anyway.',
  }),
  storeConnections: integer(2, 100, 6).register(descriptions, {
    env: 'CAUSEWAY_STORE_CONNECTIONS',
    unit: 'connections',
    description: 'Most connections that a process opens to the control store.',
  }),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Settings from the environment; an empty variable counts as not set. Throws SETTINGS_INVALID with every fault. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given: Record<string, string> = {};
  const names = new Map<string, string>();
  for (const { key, env: name } of describeSettings()) {
    names.set(key, name);
    const value = env[name];
    if (value !== undefined && value !== '') given[key] = value;
  }
  const parsed = settingsSchema.safeParse(given);
  const faults = [
    ...(parsed.success
      ? []
      : parsed.error.issues.map((issue) => `${names.get(String(issue.path[0])) ?? ''}: ${issue.message}`)),
    ...mistypedNames(env, [...names.values()]),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new CausewayError('SETTINGS_INVALID', `Wrong settings:\n${faults.join('\n')}`, { facts: { faults } });
}

export interface DescribedSetting extends SettingDescription {
  readonly key: string;
  readonly type: string;
  /** null when there is none. */
  readonly preset: string | null;
}

/** Every setting with what people need to know about it, in the order of the table above. */
export function describeSettings(): DescribedSetting[] {
  const { properties = {} } = z.toJSONSchema(settingsSchema, { io: 'output' });
  return Object.entries(settingsSchema.shape).map(([key, field]) => {
    const description = descriptions.get(field);
    const json = properties[key];
    if (description === undefined || typeof json !== 'object')
      throw new Error(`setting ${key} is not described`);
    return {
      key,
      ...description,
      type: Array.isArray(json.enum) ? json.enum.map(String).join(' \\| ') : String(json.type),
      preset: json.default === undefined ? null : JSON.stringify(json.default).replaceAll('"', ''),
    };
  });
}

/** A variable that is almost a setting is a typing error; other variables may belong to the file's references. */
function mistypedNames(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('CAUSEWAY_') && !known.includes(name))
    .flatMap((name) => {
      const rest = known.map((full) => full.slice('CAUSEWAY_'.length));
      const nearest = nearestName(name.slice('CAUSEWAY_'.length), rest);
      return nearest === null || Math.abs(nearest.length + 9 - name.length) > 1
        ? []
        : [`${name}: is not known; did you mean CAUSEWAY_${nearest}?`];
    });
}

function integer(min: number, max: number, preset: number) {
  return z.coerce.number().int().min(min).max(max).default(preset);
}

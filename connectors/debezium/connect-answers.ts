import { z } from 'zod';

const states = ['UNASSIGNED', 'RUNNING', 'PAUSED', 'STOPPED', 'FAILED', 'RESTARTING', 'DESTROYED'] as const;
const state = z.enum(states);

export type ConnectState = (typeof states)[number];

/** What `GET /connectors/{name}/status` answers. */
export const connectorStatusSchema = z.object({
  name: z.string(),
  connector: z.object({ state, worker_id: z.string(), trace: z.string().optional() }),
  tasks: z.array(
    z.object({
      id: z.number().int(),
      state,
      worker_id: z.string(),
      trace: z.string().optional(),
    }),
  ),
});

export type ConnectorStatus = z.infer<typeof connectorStatusSchema>;

export const connectorConfigSchema = z.record(z.string(), z.string().nullable());

/** What `GET /connectors/{name}/offsets` answers; partition and offset belong to the connector's own kind. */
export const connectorOffsetsSchema = z.object({
  offsets: z.array(
    z.object({
      partition: z.record(z.string(), z.unknown()),
      offset: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
});

export type ConnectorOffsets = z.infer<typeof connectorOffsetsSchema>['offsets'];

export const pluginsSchema = z.array(
  z.object({ class: z.string(), type: z.string(), version: z.string().nullish() }),
);

export interface ConnectPlugin {
  readonly className: string;
  readonly type: string;
  readonly version: string | null;
}

export const validationSchema = z.object({
  error_count: z.number().int(),
  configs: z.array(
    z.object({
      // Null for settings that only a definition exists for.
      value: z.object({ name: z.string(), errors: z.array(z.string()) }).nullable(),
    }),
  ),
});

export const connectErrorSchema = z.object({ error_code: z.number().int(), message: z.string().nullish() });

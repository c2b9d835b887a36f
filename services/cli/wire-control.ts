import { CheckpointReader } from '../../connectors/postgres/checkpoint-reader.ts';
import { postgresPlanSql } from '../../connectors/postgres/plan-steps.ts';
import { PostgresTarget } from '../../connectors/postgres/target-engine.ts';
import { ConnectClient } from '../../connectors/debezium/connect-client.ts';
import { KafkaClient } from '../../connectors/kafka/kafka-client.ts';
import { parseMysqlUrl } from '../../connectors/mysql/mysql-url.ts';
import { MysqlSource } from '../../connectors/mysql/source-engine.ts';
import { apicurioApiUrl } from '../../connectors/registry/apicurio-registry.ts';
import { RegistryCanary } from '../../connectors/registry/canary.ts';
import type { RegistryApi } from '../../connectors/registry/registry-api.ts';
import { createRegistryClient } from '../../connectors/registry/registry-client.ts';
import { canaryRow } from '../../connectors/store/registry-rows.ts';
import { logNames } from '../../schemas/log-names.ts';
import { buildPlan } from '../../schemas/plan/build-plan.ts';
import { debeziumCapture } from '../control/debezium-capture.ts';
import { kafkaLog } from '../control/kafka-log.ts';
import type { CapturePort, ControlPorts } from '../control/ports.ts';
import type { MigrationContext } from './migration-context.ts';

/** Everything the control role stands on, for one migration. */
export function wireControl(context: MigrationContext): ControlPorts {
  const { file, settings, store, metrics, faults, holder } = context;
  const { migration } = file;
  const names = logNames(migration);
  const logger = context.logger.child({ role: 'control' });
  return {
    migration,
    topic: names.topic,
    file: context.redacted,
    holder,
    store,
    source: new MysqlSource(file.source.url),
    target: wireTarget(context),
    openCheckpointWatch: async () => CheckpointReader.open(file.target.url, migration),
    log: kafkaLog({
      client: wireKafka(context),
      names,
      replicationFactor: context.endpoints.replicationFactor,
      logger,
    }),
    capture: wireCapture(context),
    makePlan: (tables) => buildPlan({ migration, targetSchema: file.target.schema, tables }, postgresPlanSql),
    limits: { markerMs: settings.markerMs },
    logger,
    metrics,
    faults,
  };
}

export function wireTarget({ file, faults }: MigrationContext): PostgresTarget {
  return new PostgresTarget({ url: file.target.url, migration: file.migration, faults });
}

export function wireKafka({ endpoints, file }: MigrationContext): KafkaClient {
  return new KafkaClient({ brokers: endpoints.brokers, clientId: `causeway-${file.migration}` });
}

export function wireRegistry({ endpoints }: MigrationContext): RegistryApi {
  return createRegistryClient({ url: endpoints.registryUrl, kind: endpoints.registryFlavour });
}

function wireCapture(context: MigrationContext): CapturePort {
  const { file, endpoints, store } = context;
  const source = parseMysqlUrl(file.source.url);
  const registry = wireRegistry(context);
  return debeziumCapture({
    migration: file.migration,
    source,
    connect: new ConnectClient({
      url: endpoints.connectUrl,
      secrets: [source.password, new URL(endpoints.registryUrl).password],
    }),
    secretsDir: endpoints.secretsDir,
    registry,
    canary: new RegistryCanary({ registry, store: canaryRow(store, file.migration) }),
    registryUrl: apicurioApiUrl(endpoints.registryUrl),
    brokers: endpoints.brokers,
  });
}

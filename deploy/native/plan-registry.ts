import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { registry as component } from './components.ts';
import { javaOptions } from './java-settings.ts';
import { nothing, type PartPlan, type PlanInput } from './part-plan.ts';
import { databases } from './plan-postgres.ts';

/** The registry keeps its schemas in PostgreSQL: in memory, a restart would make the log undecodable. */
export function planRegistry(input: PlanInput): PartPlan {
  const { folders, ports, programs, secrets, java } = input;
  const folder = folders.part('registry');
  return {
    part: 'registry',
    version: component.version,
    launch: {
      command: java.registry,
      args: [
        // It starts often and serves little: a short start counts more than peak speed.
        ...javaOptions({ heapMb: 384, folder, extra: ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] }),
        '-Dquarkus.http.host=127.0.0.1',
        `-Dquarkus.http.port=${ports.registry}`,
        '-Dquarkus.management.host=127.0.0.1',
        `-Dquarkus.management.port=${ports.registryManagement}`,
        '-Dquarkus.http.access-log.enabled=false',
        '-Dquarkus.log.console.color=false',
        '-Dquarkus.log.console.format=%d{yyyy-MM-dd HH:mm:ss,SSS} %p %c{1} %s%e%n',
        '-jar',
        join(programs.registry, 'quarkus-run.jar'),
      ],
      // In the environment, which other accounts cannot read, and not among the arguments.
      env: {
        APICURIO_STORAGE_KIND: 'sql',
        APICURIO_STORAGE_SQL_KIND: 'postgresql',
        APICURIO_DATASOURCE_URL: `jdbc:postgresql://127.0.0.1:${ports.postgres}/${databases.registry}`,
        APICURIO_DATASOURCE_USERNAME: 'postgres',
        APICURIO_DATASOURCE_PASSWORD: secrets.postgresPassword,
        APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '2',
        APICURIO_DATASOURCE_JDBC_MIN_SIZE: '2',
        APICURIO_DATASOURCE_JDBC_MAX_SIZE: '10',
      },
      cwd: folder,
      owner: null,
    },
    ports: ['registry', 'registryManagement'],
    files: [],
    contents: [],
    prepare: async () => {
      const temporary = join(folder, 'tmp');
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary, { recursive: true });
    },
    settle: nothing,
    readyLimitMs: 120_000,
  };
}

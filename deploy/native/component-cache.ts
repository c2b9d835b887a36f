import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from './file-lock.ts';

/** A folder that is there is complete: it is filled under another name and renamed when everything is in it. */
export interface CachedComponent {
  readonly folder: string;
  readonly version: string;
  /** When it was fetched. */
  readonly atMs: number;
}

export interface FilledFolder {
  readonly version: string;
}

const markName = '.complete.json';

export interface CacheOptions {
  readonly cache: string;
  readonly name: string;
  /** Where it belongs, see `componentFolder`. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** The component from the cache, filled first if it is not there. Two processes never fill the same one at a time. */
export async function fromCache(
  options: CacheOptions,
  fill: (folder: string) => Promise<FilledFolder>,
): Promise<CachedComponent> {
  const { cache, name, folder } = options;
  const present = await readCached(folder);
  if (present !== null) return present;
  return withLock(
    join(cache, 'locks', `${name}.lock`),
    {
      signal: options.signal,
      onWait: (holder) => options.say(`${name}: waiting for ${holder}, which is fetching it`),
    },
    async () => {
      const meanwhile = await readCached(folder);
      if (meanwhile !== null) return meanwhile;
      const partial = await freshPartialFolder(cache, name);
      const { version } = await fill(partial);
      await writeFile(join(partial, markName), JSON.stringify({ version, atMs: Date.now() }));
      await mkdir(join(cache, 'components', name), { recursive: true });
      // What lies there without a mark was never finished.
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
      await rm(dirname(partial), { recursive: true, force: true });
      return { folder, version, atMs: Date.now() };
    },
  );
}

/** A component of the cache, null when it is not there or not complete. */
export async function readCached(folder: string): Promise<CachedComponent | null> {
  const mark = join(folder, markName);
  if ((await stat(mark).catch(() => null)) === null) return null;
  const parsed: unknown = JSON.parse(await readFile(mark, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null || !('version' in parsed) || !('atMs' in parsed))
    return null;
  return { folder, version: String(parsed.version), atMs: Number(parsed.atMs) };
}

/** Every complete folder of a component, the newest first. */
export async function listCached(cache: string, name: string): Promise<CachedComponent[]> {
  const root = join(cache, 'components', name);
  const names = await readdir(root).catch(() => []);
  const found = await Promise.all(names.map((entry) => readCached(join(root, entry))));
  return found.filter((entry) => entry !== null).sort((left, right) => right.atMs - left.atMs);
}

/** @param key what the content depends on; another key is another folder. */
export function componentFolder(cache: string, name: string, key: string): string {
  return join(cache, 'components', name, key);
}

/** A readable version and a short digest of everything else that decides the content. */
export function cacheKey(version: string, content: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 10);
  return `${version}-${digest}`;
}

/** Under the component's lock nobody else fills it: whatever partial folder is there was left by a dead process. */
async function freshPartialFolder(cache: string, name: string): Promise<string> {
  const partials = join(cache, 'partial', name);
  await rm(partials, { recursive: true, force: true });
  const folder = join(partials, randomBytes(6).toString('hex'));
  await mkdir(folder, { recursive: true });
  return folder;
}

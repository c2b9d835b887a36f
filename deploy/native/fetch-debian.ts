import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { chooseDebianMirror, parseAptStatus, parsePrintedUris, type AptPlan } from './apt-answers.ts';
import { formatBytes } from './byte-text.ts';
import { cacheKey, componentFolder, fromCache, listCached, type CachedComponent } from './component-cache.ts';
import type { DebianPackages } from './components.ts';
import type { FetchContext } from './fetch-context.ts';
import { fetchFailure } from './fetch-maven.ts';
import { withLock } from './file-lock.ts';
import { runCommand } from './run-command.ts';

/** How long the version in the cache is good for new instances before a newer one is looked for. */
const refreshMs = 14 * 24 * 3_600_000;

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Programs of Debian packages with all libraries they need, unpacked into a folder; nothing is installed. The suite
 * moves, so the newest version of the series is taken and kept: a fetch that fails falls back on the one that is there.
 * @param wantedVersion what an instance already runs; it is used as long as the cache has it.
 */
export async function fetchDebian(
  component: DebianPackages,
  wantedVersion: string | null,
  context: FetchContext,
): Promise<CachedComponent> {
  const cached = await listCached(context.cache, component.name);
  const wanted = cached.find(({ version }) => version === wantedVersion);
  if (wanted !== undefined) return wanted;
  const [newest] = cached;
  if (newest !== undefined && Date.now() - newest.atMs < refreshMs) return newest;
  try {
    return await fetchNewestAlone(component, newest?.atMs ?? 0, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (newest === undefined) throw fetchFailure(component.name, error);
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    context.meter.say(`${component.name}: no newer one (${reason}); going on with ${newest.version}`);
    return newest;
  }
}

/** Two processes never share apt's folder; the second finds what the first has fetched. */
async function fetchNewestAlone(
  component: DebianPackages,
  newerThanMs: number,
  context: FetchContext,
): Promise<CachedComponent> {
  const { cache, meter, signal } = context;
  return withLock(
    join(cache, 'locks', `${component.name}-apt.lock`),
    {
      signal,
      onWait: (holder) => meter.say(`${component.name}: waiting for ${holder}, which is fetching it`),
    },
    async () => {
      const [meanwhile] = await listCached(cache, component.name);
      if (meanwhile !== undefined && meanwhile.atMs > newerThanMs) return meanwhile;
      const apt = await prepareApt(component, context);
      try {
        return await fetchNewest(component, apt, context);
      } finally {
        await rm(apt.folder, { recursive: true, force: true });
      }
    },
  );
}

async function fetchNewest(
  component: DebianPackages,
  apt: OwnApt,
  context: FetchContext,
): Promise<CachedComponent> {
  const { meter } = context;
  meter.say(`${component.name}: reading the package lists of Debian ${component.suite}`);
  await apt.run(['update']);
  meter.add(await folderBytes(join(apt.folder, 'state', 'lists')));
  const plan = parsePrintedUris(
    await apt.run(['install', '-y', '--print-uris', ...component.packages]),
    component.leading,
  );
  const version = acceptedVersion(component, plan);
  return fromCache(
    {
      ...context,
      name: component.name,
      folder: componentFolder(context.cache, component.name, cacheKey(version, component)),
      say: (line) => meter.say(line),
    },
    async (folder) => {
      meter.say(`${component.name} ${version}: fetching ${formatBytes(plan.totalBytes)} of Debian packages`);
      await apt.run(
        ['install', '-y', '--download-only', '-o', 'APT::Status-Fd=1', ...component.packages],
        (line) => {
          const share = parseAptStatus(line);
          if (share !== null) meter.tell(component.name, share * plan.totalBytes, plan.totalBytes);
        },
      );
      meter.add(plan.totalBytes);
      await unpackAll(join(apt.folder, 'cache', 'archives'), folder, context.signal);
      return { version };
    },
  );
}

function acceptedVersion(component: DebianPackages, plan: AptPlan): string {
  const version = plan.leadingVersion?.replace(/^\d+:/, '') ?? null;
  if (version?.startsWith(component.series) === true) return version;
  throw new CausewayError(
    'STACK_FETCH_FAILED',
    `Debian ${component.suite} has ${component.leading} ${version ?? 'in no version'}, and ${component.series}x is needed.`,
  );
}

interface OwnApt {
  readonly folder: string;
  readonly run: (args: readonly string[], onLine?: (line: string) => void) => Promise<string>;
}

/** apt with own sources, lists and an empty list of installed packages: it needs no root and changes nothing. */
async function prepareApt(component: DebianPackages, { cache, signal }: FetchContext): Promise<OwnApt> {
  // Another name each time: an apt whose starter was killed may still be writing under the one before.
  const folder = join(cache, 'apt', component.name, randomBytes(6).toString('hex'));
  await rm(dirname(folder), { recursive: true, force: true });
  await mkdir(join(folder, 'state', 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(join(folder, 'status'), '');
  const signedBy = (await stat(keyring).catch(() => null)) === null ? '' : ` [signed-by=${keyring}]`;
  await writeFile(
    join(folder, 'sources.list'),
    `deb${signedBy} ${await debianMirror(signal)} ${component.suite} main\n`,
  );
  await writeFile(join(folder, 'apt.conf'), aptSettings(folder));
  return {
    folder,
    run: (args, onLine) =>
      runCommand('apt-get', ['-c', join(folder, 'apt.conf'), '--no-install-recommends', ...args], {
        env: { ...process.env, LC_ALL: 'C' },
        signal,
        ...(onLine === undefined ? {} : { onLine }),
      }),
  };
}

function aptSettings(folder: string): string {
  return `Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "${folder}/state";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Debug::NoLocking "true";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
// What the machine's own apt does after its work concerns the machine's own lists and packages.
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
`;
}

/** The mirror that this machine's apt already uses. */
export async function debianMirror(signal: AbortSignal = new AbortController().signal): Promise<string> {
  const own = process.env['CAUSEWAY_DEBIAN_MIRROR'];
  if (own !== undefined && own !== '') return own;
  const listed = await runCommand('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { signal });
  const mirror = chooseDebianMirror(listed);
  if (mirror !== null) return mirror;
  throw new CausewayError('STACK_PREREQUISITE', "No mirror of Debian is among apt's sources.", {
    remedy: 'Set CAUSEWAY_DEBIAN_MIRROR to the address of one, and install debian-archive-keyring.',
  });
}

async function unpackAll(archives: string, folder: string, signal: AbortSignal): Promise<void> {
  for (const name of await readdir(archives)) {
    if (!name.endsWith('.deb')) continue;
    await runCommand('dpkg-deb', ['--extract', join(archives, name), folder], { signal });
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    const entry = await stat(join(folder, name));
    if (entry.isFile()) bytes += entry.size;
  }
  return bytes;
}

import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import type { Environment } from './folders.ts';
import { runCommand } from './run-command.ts';

/** Where distributions put every Java they install. */
const installFolder = '/usr/lib/jvm';

export interface Java {
  /** The program `java`. */
  readonly path: string;
  readonly major: number;
  readonly version: string;
}

/** The Java that CAUSEWAY_JAVA names, or else every one that JAVA_HOME, the PATH or the distribution's folder has. */
export async function findJavas(env: Environment): Promise<Java[]> {
  const own = env['CAUSEWAY_JAVA'] ?? '';
  const paths = own === '' ? await usualPaths(env) : [join(own, 'bin', 'java')];
  const found = new Map<string, Java>();
  for (const path of paths) {
    const real = await realpath(path).catch(() => null);
    if (real === null || found.has(real)) continue;
    const version = await javaVersion(real);
    if (version !== null) found.set(real, { path: real, version, major: Number.parseInt(version, 10) });
  }
  return [...found.values()];
}

/** The oldest one that is new enough: it is nearest to what a component was tried with. */
export function chooseJava(javas: readonly Java[], minimumMajor: number): Java | null {
  const adequate = javas.filter(({ major }) => major >= minimumMajor);
  return adequate.sort((left, right) => left.major - right.major)[0] ?? null;
}

async function usualPaths(env: Environment): Promise<string[]> {
  const home = env['JAVA_HOME'] ?? '';
  const installed = await readdir(installFolder).catch(() => []);
  const onPath = await findProgram('java', env);
  return [
    ...(home === '' ? [] : [join(home, 'bin', 'java')]),
    ...installed.map((name) => join(installFolder, name, 'bin', 'java')),
    ...(onPath === null ? [] : [onPath]),
  ];
}

/** From the file beside it, or by asking it where that file is missing. */
async function javaVersion(path: string): Promise<string | null> {
  const release = await readFile(join(path, '..', '..', 'release'), 'utf8').catch(() => '');
  const written = /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1];
  if (written !== undefined) return written;
  let shown = '';
  try {
    await runCommand(path, ['-version'], { onLine: (line) => (shown += `${line}\n`) });
  } catch {
    // A program that is called java and does not run is no Java.
    return null;
  }
  return /version "([^"]+)"/.exec(shown)?.[1] ?? null;
}

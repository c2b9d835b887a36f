import { access, constants, mkdir, readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { formatBytes } from './byte-text.ts';
import { javaMinimum, postgres } from './components.ts';
import { debianMirror } from './fetch-debian.ts';
import { chooseJava, findJavas, type Java } from './find-java.ts';
import { findProgram } from './find-program.ts';
import type { Environment } from './folders.ts';
import type { PlanInput } from './part-plan.ts';
import { accountId } from './postgres-owner.ts';

export interface Prerequisite {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'missing';
  /** Only needed while something has to be fetched or built. */
  readonly isForFetchOnly: boolean;
  readonly found: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}

const diskBytesMin = 4e9;
const memoryBytesMin = 3e9;
const nodeMinimum = [20, 19] as const;

/** Everything the local stack needs of this machine, with what is there and how to get what is not. */
export async function checkPrerequisites(
  env: Environment,
  places: { readonly home: string; readonly cache: string },
): Promise<Prerequisite[]> {
  const javas = await findJavas(env);
  return [
    checkPlatform(),
    checkNode(),
    checkJava('java for Kafka', chooseJava(javas, javaMinimum.kafka), javaMinimum.kafka),
    checkJava('java for the registry', chooseJava(javas, javaMinimum.registry), javaMinimum.registry),
    ...(await checkPrograms(env)),
    await checkCompiler(env, javas),
    await checkMirror(),
    await checkRootAccount(),
    await checkFolder('home folder', places.home),
    await checkFolder('cache folder', places.cache),
    await checkMemory(),
  ];
}

/** Throws one error that lists everything that is missing. */
export function requireAll(prerequisites: readonly Prerequisite[], isFetchNeeded: boolean): void {
  const missing = prerequisites.filter(
    ({ state, isForFetchOnly }) => state === 'missing' && (isFetchNeeded || !isForFetchOnly),
  );
  if (missing.length === 0) return;
  const lines = missing.map(({ name, found, remedy }) => `- ${name}: ${found}. ${remedy}`);
  throw new CausewayError('STACK_PREREQUISITE', `This machine lacks:\n${lines.join('\n')}`, {
    facts: { missing: missing.map(({ name }) => name) },
  });
}

export async function requireJava(env: Environment): Promise<PlanInput['java']> {
  const javas = await findJavas(env);
  const kafka = chooseJava(javas, javaMinimum.kafka);
  const registry = chooseJava(javas, javaMinimum.registry);
  if (kafka !== null && registry !== null) return { kafka: kafka.path, registry: registry.path };
  throw new CausewayError('STACK_PREREQUISITE', `No Java ${javaMinimum.registry} or newer was found.`, {
    remedy: javaRemedy(javaMinimum.registry),
  });
}

function checkPlatform(): Prerequisite {
  const isKnown = process.platform === 'linux' && postgres.packages[process.arch] !== undefined;
  return {
    name: 'platform',
    state: isKnown ? 'ok' : 'missing',
    isForFetchOnly: false,
    found: `${process.platform} ${process.arch}`,
    remedy: isKnown
      ? ''
      : 'The local stack runs on Linux on x64 and arm64. Elsewhere set CAUSEWAY_STACK=external.',
  };
}

function checkNode(): Prerequisite {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > nodeMinimum[0] || (major === nodeMinimum[0] && minor >= nodeMinimum[1]);
  return {
    name: 'node',
    state: isNew ? 'ok' : 'missing',
    isForFetchOnly: false,
    found: process.versions.node,
    remedy: isNew ? '' : `Install Node ${nodeMinimum.join('.')} or newer.`,
  };
}

function checkJava(name: string, java: Java | null, minimum: number): Prerequisite {
  return {
    name,
    state: java === null ? 'missing' : 'ok',
    isForFetchOnly: false,
    found: java === null ? `no Java ${minimum} or newer` : `${java.version} (${java.path})`,
    remedy: java === null ? javaRemedy(minimum) : '',
  };
}

function javaRemedy(minimum: number): string {
  return `Install a JDK ${minimum} or newer, from the distribution (apt-get install openjdk-${minimum}-jdk-headless, where it has that version) or from Eclipse Temurin, or name its folder in CAUSEWAY_JAVA.`;
}

async function checkPrograms(env: Environment): Promise<Prerequisite[]> {
  const wanted = [
    { name: 'flock', isForFetchOnly: false, remedy: 'Install util-linux.' },
    { name: 'mvn', isForFetchOnly: true, remedy: 'Install Maven: apt-get install maven.' },
    { name: 'npm', isForFetchOnly: true, remedy: 'Install npm; it comes with Node.' },
    { name: 'apt-get', isForFetchOnly: true, remedy: 'Use Debian or a system derived from it.' },
    { name: 'dpkg-deb', isForFetchOnly: true, remedy: 'Use Debian or a system derived from it.' },
    { name: 'tar', isForFetchOnly: true, remedy: 'apt-get install tar.' },
    { name: 'gzip', isForFetchOnly: true, remedy: 'apt-get install gzip.' },
  ];
  return Promise.all(
    wanted.map(async ({ name, isForFetchOnly, remedy }) => {
      const path = await findProgram(name, env);
      return {
        name,
        state: path === null ? ('missing' as const) : ('ok' as const),
        isForFetchOnly,
        found: path ?? 'not on the PATH',
        remedy: path === null ? remedy : '',
      };
    }),
  );
}

/** Maven builds the transform with the JDK it runs on; a JRE alone has no compiler. */
async function checkCompiler(env: Environment, javas: readonly Java[]): Promise<Prerequisite> {
  const home = env['JAVA_HOME'];
  const beside = home !== undefined && home !== '' ? `${home}/bin/javac` : await findProgram('javac', env);
  const path = beside ?? javas.map((java) => `${dirname(java.path)}/javac`)[0] ?? '';
  const isThere = path !== '' && (await stat(path).catch(() => null)) !== null;
  return {
    name: 'javac',
    state: isThere ? 'ok' : 'missing',
    isForFetchOnly: true,
    found: isThere ? path : 'no Java compiler for Maven',
    remedy: isThere ? '' : 'Install a JDK, not only a JRE, and let JAVA_HOME name it.',
  };
}

async function checkMirror(): Promise<Prerequisite> {
  try {
    return {
      name: 'debian mirror',
      state: 'ok',
      isForFetchOnly: true,
      found: await debianMirror(),
      remedy: '',
    };
  } catch (error) {
    const known = error instanceof CausewayError ? error : null;
    return {
      name: 'debian mirror',
      state: 'missing',
      isForFetchOnly: true,
      found: known?.message ?? String(error),
      remedy: known?.remedy ?? '',
    };
  }
}

async function checkRootAccount(): Promise<Prerequisite> {
  const isRoot = process.getuid?.() === 0;
  const uid = isRoot ? accountId(await readFile('/etc/passwd', 'utf8'), 'nobody') : null;
  const isGood = !isRoot || uid !== null;
  return {
    name: 'account for PostgreSQL',
    state: isGood ? 'ok' : 'missing',
    isForFetchOnly: false,
    found: isRoot ? `nobody (${uid ?? 'not there'}), since this is root` : 'the caller',
    remedy: isGood ? '' : 'Add an account named nobody, or run as an ordinary user.',
  };
}

async function checkFolder(name: string, path: string): Promise<Prerequisite> {
  const base = { name, isForFetchOnly: false };
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    const { bavail, bsize } = await statfs(path);
    const freeBytes = bavail * bsize;
    const found = `${path}, ${formatBytes(freeBytes)} free`;
    if (freeBytes >= diskBytesMin) return { ...base, state: 'ok', found, remedy: '' };
    return {
      ...base,
      state: 'warning',
      found,
      remedy: `Downloads and data take about ${formatBytes(diskBytesMin)}: free some space or choose another folder.`,
    };
  } catch (error) {
    return {
      ...base,
      state: 'missing',
      found: `${path}: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'Make it writable, or name another one in CAUSEWAY_HOME or CAUSEWAY_CACHE.',
    };
  }
}

async function checkMemory(): Promise<Prerequisite> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const bytes = Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  const isEnough = bytes >= memoryBytesMin;
  return {
    name: 'memory',
    state: isEnough ? 'ok' : 'warning',
    isForFetchOnly: false,
    found: `${formatBytes(bytes)} available`,
    remedy: isEnough
      ? ''
      : `The stack takes about ${formatBytes(memoryBytesMin)}: end what else uses memory, or expect parts to fail.`,
  };
}

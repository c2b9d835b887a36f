import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkMigrationFile } from '../../schemas/migration-file/parse-file.ts';
import { noFaults } from '../runtime/fault-points.ts';
import { parseDuration, type CliContext } from './cli-context.ts';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts';
import { cliPage } from './cli-page.ts';
import { createProgram } from './program.ts';
import { runProgram } from './run-cli.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-cli-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function run(
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: ExitCode; out: string; err: string }> {
  const texts = { out: '', err: '' };
  let exitCode: ExitCode = exitCodes.ok;
  const code = await runProgram(
    argv,
    contextOf(texts, env, (code) => (exitCode = code)),
    () => exitCode,
  );
  return { code, ...texts };
}

function contextOf(
  texts: { out: string; err: string },
  env: Record<string, string>,
  setExitCode: (code: ExitCode) => void,
): CliContext {
  return {
    env: { CAUSEWAY_HOME: folder, ...env },
    out: (text) => void (texts.out += text),
    err: (text) => void (texts.err += text),
    isTerminal: false,
    signals: new EventEmitter(),
    forceExit: () => undefined,
    faults: noFaults,
    setExitCode,
  };
}

describe('the command line', () => {
  it('its help says what there is', async () => {
    const texts = { out: '', err: '' };
    const program = createProgram(contextOf(texts, {}, () => undefined));
    const pages = [
      program,
      ...program.commands.filter((command) => !['stack', 'doctor'].includes(command.name())),
    ]
      .map((command) => command.configureHelp({ helpWidth: 110 }).helpInformation())
      .join('\n----\n\n');
    await expect(pages).toMatchFileSnapshot('./help.snapshot.txt');
  });

  it('has a reference page that says what the program does', async () => {
    const program = createProgram(contextOf({ out: '', err: '' }, {}, () => undefined));
    await expect(cliPage(program)).toMatchFileSnapshot('../../docs/reference/cli.md');
  });

  it.each([
    ['an unknown command', ['fly']],
    ['an unknown option', ['status', '--nope']],
    ['an unknown output format', ['status', '-o', 'xml']],
    ['no URL for init', ['init']],
    ['a duration that no timer holds', ['run', '--timeout', '600h', '-f', 'x.yaml']],
    ['a duration that is none', ['run', '--timeout', 'soon', '-f', 'x.yaml']],
    ['a file that is not there', ['plan', '-f', '/nope/causeway.yaml']],
  ])('ends with 2 for %s', async (_name, argv) => {
    expect((await run(argv)).code).toBe(exitCodes.usage);
  });

  it('prints code, message and remedy of an error, and JSON where JSON is wanted', async () => {
    const text = await run(['plan', '-f', '/nope/causeway.yaml']);
    expect(text.err).toMatch(/^FILE_UNREADABLE: [^\n]+\n(?: {2}Cause: [^\n]+\n)? {2}Remedy: /u);
    const json = await run(['-o', 'json', 'plan', '-f', '/nope/causeway.yaml']);
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: 'FILE_UNREADABLE' } });
  });

  it('tells every fault of a file with its line', async () => {
    const path = join(folder, 'causeway.yaml');
    await writeFile(path, 'version: 1\nmigration: Shop\n');
    const { code, err } = await run(['run', '-f', path]);
    expect(code).toBe(exitCodes.usage);
    expect(err).toContain(`${path}:2:1: migration: must be`);
    expect(err).toContain('tables: is missing');
  });

  it('says that nothing runs when status finds no process', async () => {
    const { code, err } = await run(['status']);
    expect(code).toBe(exitCodes.error);
    expect(err).toContain('API_UNREACHABLE');
  });

  it('prints a JSON Schema that names the keys of the file', async () => {
    const { out } = await run(['schema']);
    expect(JSON.parse(out)).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['source', 'tables']),
    });
  });
});

describe('causeway init', () => {
  const urls = ['--source', 'mysql://u:p%40ss@db1:3306/shop', '--target', 'postgres://u:geheim@db2:5432/app'];

  it('writes a file that is valid, without the passwords, and says what to set', async () => {
    const path = join(folder, 'causeway.yaml');
    const { code, out } = await run(['init', ...urls, '-f', path]);
    expect(code).toBe(exitCodes.ok);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('geheim');
    expect(text).not.toContain('p%40ss');
    expect(out).toContain('set SOURCE_PASSWORD');
    const env = { SOURCE_PASSWORD: 'p@ss', TARGET_PASSWORD: 'geheim' };
    const outcome = checkMigrationFile(text, { env, readFile: () => undefined });
    expect(outcome).toMatchObject({ file: { migration: 'shop', tables: ['shop.*'] } });
    expect(outcome).toMatchObject({ file: { source: { url: 'mysql://u:p%40ss@db1:3306' } } });
  });

  it.each([
    ['without a path', 'mysql://u:p@db1:3306', 'mysql://u:${env:SOURCE_PASSWORD}@db1:3306'],
    ['with a slash only', 'mysql://u:p@db1:3306/', 'mysql://u:${env:SOURCE_PASSWORD}@db1:3306'],
    ['without a password', 'mysql://u@db1:3306/shop', 'mysql://u@db1:3306'],
    [
      'with a query that holds slashes',
      'mysql://u:p@db1/shop?ca=/a/b',
      'mysql://u:${env:SOURCE_PASSWORD}@db1?ca=/a/b',
    ],
  ])('keeps host and user of a source URL %s', async (_name, source, written) => {
    const path = join(folder, 'causeway.yaml');
    await run(['init', '--source', source, '--target', 'postgres://u:geheim@db2:5432/app', '-f', path]);
    expect(await readFile(path, 'utf8')).toContain(JSON.stringify(written));
  });

  it('refuses a URL whose percent signs encode nothing, without repeating it', async () => {
    const path = join(folder, 'causeway.yaml');
    const { code, err } = await run(['init', '--source', 'mysql://u:100%@db1', ...urls.slice(2), '-f', path]);
    expect(code).toBe(exitCodes.usage);
    expect(err).not.toContain('100%');
  });

  it('prints only JSON where JSON is wanted', async () => {
    const path = join(folder, 'causeway.yaml');
    const { out } = await run(['init', ...urls, '-f', path, '-o', 'json']);
    expect(JSON.parse(out)).toEqual({
      file: path,
      passwords: ['env:SOURCE_PASSWORD', 'env:TARGET_PASSWORD'],
    });
  });

  it('does not overwrite a file unless told to', async () => {
    const path = join(folder, 'causeway.yaml');
    await writeFile(path, 'mine');
    const { code, err } = await run(['init', ...urls, '-f', path]);
    expect(code).toBe(exitCodes.usage);
    expect(err).toContain('FILE_EXISTS');
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect((await run(['--yes', 'init', ...urls, '-f', path])).code).toBe(exitCodes.ok);
  });
});

describe('exit codes', () => {
  it.each([
    ['INTERNAL', 1],
    ['USAGE', 2],
    ['FILE_INVALID', 2],
    ['PREFLIGHT_REFUSED', 3],
    ['PLAN_NOT_APPROVED', 3],
    ['TIMEOUT', 5],
    ['FILE_CHANGED', 6],
    ['INTERRUPTED', 130],
  ] as const)('%s ends the process with %i', (code, expected) => {
    expect(exitCodeOf(code)).toBe(expected);
  });

  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['30', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

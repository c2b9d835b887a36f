import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { CausewayError } from '../errors/causeway-error.ts';
import { migrationFileJsonSchema, migrationFileSchema, type MigrationFile } from '../migration-file.ts';
import { faultText, pathText, type FileFault, type FilePath } from './file-fault.ts';
import { nearestName } from './nearest-name.ts';
import { redactFile } from './redact-file.ts';
import { resolveReferences, type ReferenceFault, type ReferenceSources } from './resolve-references.ts';

export interface ParsedFile {
  /** With secrets: for connecting, never for storing or showing. */
  readonly file: MigrationFile;
  /** What may be stored, shown and compared. */
  readonly redacted: unknown;
}

/** A file of this size is no migration file. */
const fileCharactersMax = 1024 * 1024;

/** Reads a migration file, or throws FILE_INVALID with every fault in it. */
export function parseMigrationFile(text: string, fileName: string, sources: ReferenceSources): ParsedFile {
  const outcome = checkMigrationFile(text, sources);
  if ('file' in outcome) return outcome;
  const lines = outcome.faults.map((fault) => faultText(fault, fileName));
  throw new CausewayError(
    'FILE_INVALID',
    `${fileName} has ${lines.length === 1 ? 'a fault' : `${lines.length} faults`}:\n${lines.join('\n')}`,
    { facts: { file: fileName, faults: lines } },
  );
}

export function checkMigrationFile(
  text: string,
  sources: ReferenceSources,
): ParsedFile | { readonly faults: readonly FileFault[] } {
  if (text.length > fileCharactersMax) {
    return { faults: [{ path: '', line: null, column: null, what: 'is larger than 1 MiB' }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (path: FilePath): Place => placeOf(document, lines, path);
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    return {
      faults: syntax.map((fault) => ({ path: '', ...placeAt(lines, fault.pos[0]), what: fault.message })),
    };
  }
  const shapes = shapeFaults(document, lines);
  if (shapes.length > 0) return { faults: shapes };
  const written: unknown = document.toJS();
  const { value, faults: unresolved } = resolveReferences(written, sources);
  const parsed = migrationFileSchema.safeParse(value, { reportInput: true });
  const faults = [
    ...unresolved.map(({ path, what }) => ({ path: pathText(path), ...locate(path), what })),
    ...(parsed.success ? [] : issueFaults(parsed.error, unresolved, locate)),
  ];
  if (parsed.success && faults.length === 0) {
    return { file: parsed.data, redacted: redactFile(parsed.data, written) };
  }
  return { faults: faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/**
 * What YAML allows and this format has no use for: aliases, with which a short text becomes a huge or an endless tree,
 * and keys that are no texts.
 */
function shapeFaults(document: Document, lines: LineCounter): FileFault[] {
  const faults: FileFault[] = [];
  visit(document, {
    Alias: (_, node) => {
      const what = `*${node.source} is an alias, which this format does not have; write it out`;
      faults.push({ path: '', ...placeAt(lines, node.range?.[0]), what });
    },
    Pair: (_, { key }) => {
      // An alias as a key is told above.
      if (isAlias(key) || (isScalar(key) && typeof key.value === 'string')) return;
      const offset = isNode(key) ? key.range?.[0] : undefined;
      faults.push({ path: '', ...placeAt(lines, offset), what: 'a key must be a text' });
    },
  });
  return faults;
}

interface Place {
  readonly line: number | null;
  readonly column: number | null;
}

function issueFaults(
  error: z.ZodError,
  unresolved: readonly ReferenceFault[],
  locate: (path: FilePath) => Place,
): FileFault[] {
  const known = new Set(unresolved.map(({ path }) => pathText(path)));
  return error.issues.flatMap((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    // What is wrong with a text that has an unresolved reference in it is the reference.
    if (known.has(pathText(path))) return [];
    if (issue.code !== 'unrecognized_keys') {
      return [{ path: pathText(path), ...locate(path), what: issueText(issue) }];
    }
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      ...locate([...path, key]),
      what: unknownKeyText(key, knownKeys(path)),
    }));
  });
}

function issueText(issue: z.core.$ZodIssue): string {
  if ((issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.input === undefined)
    return 'is missing';
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'too_small' && issue.origin === 'number') return `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.origin === 'number') return `must be at most ${issue.maximum}`;
  return issue.message;
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: 'a map of keys',
    array: 'a list',
    int: 'a whole number',
    string: 'a text',
  };
  return names[type] ?? `a ${type}`;
}

function unknownKeyText(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  return nearest === null
    ? `is not known here; known are ${known.join(', ')}`
    : `is not known here; did you mean ${nearest}?`;
}

/** The keys that the file may have at a path, from its JSON Schema. */
function knownKeys(path: FilePath): string[] {
  let node: unknown = migrationFileJsonSchema();
  for (const part of path) node = property(property(node, 'properties'), String(part));
  const properties = property(node, 'properties');
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function property(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
}

/** Where a path stands; where it is missing, the nearest thing around it. */
function placeOf(document: Document, lines: LineCounter, path: FilePath): Place {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (pair !== undefined && isScalar(pair.key)) return placeAt(lines, pair.key.range?.[0]);
      continue;
    }
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return placeAt(lines, node.range?.[0]);
  }
  return { line: null, column: null };
}

function placeAt(lines: LineCounter, offset: number | undefined): Place {
  if (offset === undefined) return { line: null, column: null };
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

import type { FilePath } from './file-fault.ts';

/** Where references lead. Both answer undefined for what is not there. */
export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string | undefined;
}

export interface ReferenceFault {
  readonly path: FilePath;
  readonly what: string;
}

const referencePattern = /\$\{([^}]*)\}/gu;

/** Whether a text of the file is, or holds, a reference. */
export function hasReference(text: string): boolean {
  return text.includes('${');
}

/**
 * Replaces `${env:NAME}` and `${file:PATH}` in every string of the tree. A reference that leads nowhere is a fault and
 * stays as it is. In a URL's user and password the value is percent-encoded, so that a password needs no care.
 */
export function resolveReferences(
  tree: unknown,
  sources: ReferenceSources,
): { readonly value: unknown; readonly faults: readonly ReferenceFault[] } {
  const faults: ReferenceFault[] = [];
  const value = mapStrings(tree, [], (text, path) => resolveText(text, path, sources, faults));
  return { value, faults };
}

/** The same tree with every string replaced. */
export function mapStrings(
  tree: unknown,
  path: FilePath,
  replace: (text: string, path: FilePath) => string,
): unknown {
  if (typeof tree === 'string') return replace(tree, path);
  if (Array.isArray(tree)) return tree.map((item, index) => mapStrings(item, [...path, index], replace));
  if (typeof tree === 'object' && tree !== null) {
    return Object.fromEntries(
      Object.entries(tree).map(([key, item]) => [key, mapStrings(item, [...path, key], replace)]),
    );
  }
  return tree;
}

function resolveText(
  text: string,
  path: FilePath,
  sources: ReferenceSources,
  faults: ReferenceFault[],
): string {
  const userInfo = userInfoSpan(text);
  return text.replaceAll(referencePattern, (whole: string, inner: string, at: number) => {
    const found = lookUp(inner, sources);
    if (typeof found !== 'string') {
      faults.push({ path, what: found.fault });
      return whole;
    }
    return userInfo !== null && at >= userInfo.from && at < userInfo.to ? encodeURIComponent(found) : found;
  });
}

function lookUp(inner: string, sources: ReferenceSources): string | { readonly fault: string } {
  const colon = inner.indexOf(':');
  const kind = inner.slice(0, colon === -1 ? inner.length : colon);
  const name = colon === -1 ? '' : inner.slice(colon + 1);
  if (name === '' || (kind !== 'env' && kind !== 'file')) {
    return { fault: `\${${inner}} is no reference; it must be \${env:NAME} or \${file:PATH}` };
  }
  if (kind === 'env') {
    const value = sources.env[name];
    return value === undefined || value === '' ? { fault: `environment variable ${name} is not set` } : value;
  }
  const text = sources.readFile(name);
  // Files that hold a secret usually end with a line break that is no part of it.
  return text === undefined ? { fault: `file ${name} cannot be read` } : text.replace(/\r?\n$/u, '');
}

/** Where user and password stand in a URL that is written as a template. */
function userInfoSpan(text: string): { from: number; to: number } | null {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//u.exec(text);
  if (scheme === null) return null;
  const to = text.lastIndexOf('@');
  return to === -1 ? null : { from: scheme[0].length, to };
}

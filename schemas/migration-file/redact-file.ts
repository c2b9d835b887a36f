import type { MigrationFile } from '../migration-file.ts';
import { hasReference, mapStrings } from './resolve-references.ts';
import type { FilePath } from './file-fault.ts';

/**
 * The file as it may be stored and shown: what was written as a reference is a reference again, and a password that
 * was written out is `***`. Defaults stay filled in, so two such files can be compared.
 */
export function redactFile(file: MigrationFile, written: unknown): unknown {
  return mapStrings(file, [], (text, path) => {
    const original = at(written, path);
    return maskPassword(typeof original === 'string' && hasReference(original) ? original : text);
  });
}

/** Masks what stands between user and host in a URL, and in its query what is named like a secret. */
export function maskPassword(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/@]*?):(.*)@/u, (whole, before: string, password: string) =>
      isOneReference(password) ? whole : `${before}:***@`,
    )
    .replaceAll(/([?&][^=&]*(?:password|secret|token)[^=&]*=)(?!\$\{)[^&#]+/giu, '$1***');
}

function isOneReference(text: string): boolean {
  return /^\$\{[^}]*\}$/u.test(text);
}

function at(tree: unknown, path: FilePath): unknown {
  let node = tree;
  for (const part of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = Reflect.get(node, part);
  }
  return node;
}

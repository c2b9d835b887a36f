import { pathText, type FilePath } from './file-fault.ts';

/** One place where two files differ; texts are JSON, or `(none)`. */
export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Whether it applies to a migration that lives. */
  readonly isLive: boolean;
}

/** Every difference between two redacted files, by path. */
export function compareFiles(before: unknown, after: unknown): FileChange[] {
  const changes: FileChange[] = [];
  compareNodes(before, after, [], changes);
  return changes;
}

export function changeText(change: FileChange): string {
  return `${change.path}: ${change.before} -> ${change.after}`;
}

function compareNodes(before: unknown, after: unknown, path: FilePath, changes: FileChange[]): void {
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) compareNodes(before[key], after[key], [...path, key], changes);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compareNodes(before[index], after[index], [...path, index], changes);
    }
    return;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  changes.push({
    path: pathText(path),
    before: show(before),
    after: show(after),
    isLive: path[0] === 'limits',
  });
}

function isMap(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function show(node: unknown): string {
  return node === undefined ? '(none)' : JSON.stringify(node);
}

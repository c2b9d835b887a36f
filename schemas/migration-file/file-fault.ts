/** One thing wrong with a migration file. `what` never holds a value that could be secret. */
export interface FileFault {
  /** Where, as `tables[2]` or `source.url`; empty for the file as a whole. */
  readonly path: string;
  /** Counted from 1; null where no place can be named. */
  readonly line: number | null;
  readonly column: number | null;
  readonly what: string;
}

/** `causeway.yaml:7:5: tables[2]: must be ...`, the form that editors and people can jump to. */
export function faultText(fault: FileFault, fileName: string): string {
  const place = fault.line === null ? '' : `:${fault.line}:${fault.column ?? 1}`;
  const path = fault.path === '' ? '' : ` ${fault.path}:`;
  return `${fileName}${place}:${path} ${fault.what}`;
}

export type FilePath = readonly (string | number)[];

export function pathText(path: FilePath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

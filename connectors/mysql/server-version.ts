import { CausewayError } from '../../schemas/errors/causeway-error.ts';

export interface ServerVersion {
  readonly text: string;
  readonly isMariaDb: boolean;
  readonly major: number;
  readonly minor: number;
}

/** Reads what `SELECT VERSION()` answers. */
export function parseServerVersion(text: string): ServerVersion {
  const numbers = /^(\d+)\.(\d+)/u.exec(text);
  return {
    text,
    isMariaDb: /mariadb/iu.test(text),
    major: Number(numbers?.[1] ?? 0),
    minor: Number(numbers?.[2] ?? 0),
  };
}

export function isAtLeast(version: ServerVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Refuses servers whose catalogue, settings or log differ from what this connector knows. */
export function assertSupported(version: ServerVersion): void {
  if (version.isMariaDb) {
    throw new CausewayError(
      'SOURCE_ENGINE_NOT_SUPPORTED',
      `the source is MariaDB (${version.text}), which is not carried yet`,
    );
  }
  if (!isAtLeast(version, 8, 0)) {
    throw new CausewayError(
      'SOURCE_ENGINE_NOT_SUPPORTED',
      `the source is MySQL ${version.text}; MySQL 8.0 or newer is needed`,
    );
  }
}

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

export interface SecretFileInput {
  /** A folder that the Connect workers read under the same path, and nobody else. */
  readonly folder: string;
  /** Names the file: one for each connector. */
  readonly connectorName: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Writes a connector's secrets where Connect's FileConfigProvider reads them and answers the reference of each, for the
 * connector's configuration. The configuration is shown by Connect's REST interface and stored in Kafka; the secrets
 * are in neither. A worker sees the old file or the new one, never half of one.
 */
export async function writeSecretFile(input: SecretFileInput): Promise<Readonly<Record<string, string>>> {
  await mkdir(input.folder, { recursive: true, mode: 0o700 });
  const path = join(input.folder, `${encodeURIComponent(input.connectorName)}.properties`);
  const references = Object.fromEntries(
    Object.keys(input.secrets).map((key) => [key, secretReference(path, key)]),
  );
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(propertiesText(input.secrets), 'latin1');
      await file.sync();
    } finally {
      await file.close();
    }
    // The mode given to open is narrowed by the umask only; chmod makes it exact.
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return references;
}

/** `${file:<path>:<key>}`. Connect ends the path at the first colon and the reference at the first brace. */
function secretReference(path: string, key: string): string {
  if (/[:{}\r\n]/u.test(path)) {
    throw new CausewayError('CONNECT_SECRET_PATH', `Connect cannot refer to the secret file ${path}`, {
      facts: { path },
    });
  }
  return `\${file:${path}:${key}}`;
}

/** Java's properties format, ASCII only, so that the reader's character set does not matter. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${escapeProperty(key)}=${escapeProperty(value)}\n`)
    .join('');
}

function escapeProperty(text: string): string {
  // UTF-16 units, as Java has them: a character outside the basic plane is two escapes.
  return text
    .split('')
    .map((unit) => (/[A-Za-z0-9_.-]/.test(unit) ? unit : unicodeEscape(unit)))
    .join('');
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

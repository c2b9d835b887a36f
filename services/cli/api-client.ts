import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import {
  migrationDocumentSchema,
  migrationListSchema,
  problemSchema,
  type MigrationDocument,
  type MigrationSummary,
} from '../../schemas/api/migration-document.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { JsonPeer, type JsonAnswer } from '../../connectors/http/json-peer.ts';
import { isAlive, readAddressNote, type AddressNote } from '../control/address-note.ts';
import { readApiToken } from '../control/api-token.ts';
import { errorOfHalt } from './halt-of.ts';

export interface ApiAddress {
  readonly url: string;
  readonly token: string;
  /** The migration to ask for: the one that was named, or else the only one that runs here. */
  readonly migration: string | null;
}

/** Where a running process answers: as told, or as processes on this machine have noted it. */
export async function findApi(input: {
  readonly url: string | null;
  readonly token: string | null;
  readonly home: string;
  readonly migration: string | null;
}): Promise<ApiAddress> {
  const token = input.token ?? (await readApiToken(input.home)) ?? '';
  const { migration } = input;
  if (input.url !== null) return { url: input.url, token, migration };
  const notes = await readNotes(
    input.home,
    migration === null ? await notedMigrations(input.home) : [migration],
  );
  // A process that was killed leaves its note behind; it counts only while there is no other.
  const living = notes.filter(({ pid }) => isAlive(pid));
  const [note, ...others] = living.length > 0 ? living : notes;
  if (others.length > 0) {
    const migrations = [note, ...others].map((entry) => entry?.migration ?? '');
    throw new CausewayError('MIGRATION_AMBIGUOUS', `Several migrations run here: ${migrations.join(', ')}`, {
      facts: { migrations },
    });
  }
  if (note !== undefined) return { url: note.url, token, migration: note.migration };
  throw new CausewayError(
    'API_UNREACHABLE',
    `No running migration has noted its address in ${join(input.home, 'run')}`,
  );
}

async function readNotes(home: string, migrations: readonly string[]): Promise<AddressNote[]> {
  const notes = await Promise.all(migrations.map(async (name) => readAddressNote(home, name)));
  return notes.filter((note) => note !== null);
}

async function notedMigrations(home: string): Promise<string[]> {
  try {
    const files = await readdir(join(home, 'run'));
    return files.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Reads the API of a running process. */
export class ApiClient {
  readonly #peer: JsonPeer;
  readonly #token: string;

  constructor({ url, token }: Pick<ApiAddress, 'url' | 'token'>) {
    this.#token = token;
    this.#peer = new JsonPeer({
      url,
      timeoutMs: 5_000,
      attemptsMax: 2,
      retryDelayMs: 200,
      retryDelayMsMax: 500,
      answerBytesMax: 16 * 1024 * 1024,
      isTransient: (status) => status === 503,
      toUnreachable: (reason, url, cause) =>
        new CausewayError('API_UNREACHABLE', `Causeway at ${url} does not answer: ${reason}`, {
          cause,
          facts: { url },
        }),
    });
  }

  async list(): Promise<readonly MigrationSummary[]> {
    return (await this.#get('/v1/migrations', migrationListSchema)).migrations;
  }

  /** The migration of that name; without a name the only one. */
  async status(name: string | null): Promise<MigrationDocument> {
    return this.#get(
      `/v1/migrations/${encodeURIComponent(name ?? (await this.#onlyName()))}`,
      migrationDocumentSchema,
    );
  }

  async #onlyName(): Promise<string> {
    const names = (await this.list()).map(({ migration }) => migration);
    const [only] = names;
    if (only !== undefined && names.length === 1) return only;
    throw new CausewayError(
      names.length === 0 ? 'MIGRATION_UNKNOWN' : 'MIGRATION_AMBIGUOUS',
      names.length === 0 ? 'There is no migration' : `There are several migrations: ${names.join(', ')}`,
      { facts: { migrations: names } },
    );
  }

  async #get<Shape extends z.ZodType>(path: string, schema: Shape): Promise<z.infer<Shape>> {
    const answer = await this.#peer.send({
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (answer.status !== 200) throw this.#problem(answer);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw new CausewayError(
      'API_ANSWER_UNEXPECTED',
      `The answer of ${this.#peer.url}${path} has another shape`,
    );
  }

  #problem(answer: JsonAnswer): CausewayError {
    const parsed = problemSchema.safeParse(answer.body);
    if (!parsed.success) {
      return new CausewayError('API_ANSWER_UNEXPECTED', `${this.#peer.url} answers ${answer.status}`);
    }
    const { code, detail, remedy } = parsed.data;
    return errorOfHalt({ code, message: detail, remedy });
  }
}

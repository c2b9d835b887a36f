import { CausewayError } from '../../schemas/errors/causeway-error.ts';

export interface FirstFileInput {
  readonly source: string;
  readonly target: string;
  /** null: named after the source's database or host. */
  readonly migration: string | null;
}

export interface FirstFile {
  readonly text: string;
  /** Passwords taken out of the URLs, by the environment variable that the file refers to. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A commented migration file for two URLs. Passwords become references. */
export function writeFirstFile(input: FirstFileInput): FirstFile {
  const source = parse(input.source, 'source');
  const target = parse(input.target, 'target');
  const database = decodeURIComponent(source.pathname.replace(/^\//u, ''));
  const secrets: Record<string, string> = {};
  // The file names databases under `tables`.
  source.pathname = '';
  const sourceUrl = withReference(source, 'SOURCE_PASSWORD', secrets);
  const targetUrl = withReference(target, 'TARGET_PASSWORD', secrets);
  const migration = input.migration ?? nameFrom(database === '' ? source.hostname : database);
  const tables = database === '' ? '*.*' : `${database}.*`;
  return { secrets, text: template({ migration, sourceUrl, targetUrl, tables }) };
}

function template(values: {
  readonly migration: string;
  readonly sourceUrl: string;
  readonly targetUrl: string;
  readonly tables: string;
}): string {
  return `# What is moved, and how. Every key: causeway schema, or docs/reference/file.md.
# \${env:NAME} and \${file:PATH} may stand in any text; their values are never stored.
version: 1

# Names the topic, the connector and the state of this migration. It cannot change later.
migration: ${values.migration}

source:
  engine: mysql
  url: ${quote(values.sourceUrl)}

target:
  engine: postgres
  url: ${quote(values.targetUrl)}
  # The tables are made in this schema.
  schema: public

# database.table; * stands for any characters, ? for one. A ! in front takes tables out again.
tables:
  - ${quote(values.tables)}
  # - ${quote(`!${values.tables.split('.')[0] ?? '*'}.tmp_*`)}

plan:
  # manual: nothing is created before "causeway plan --approve". auto: the plan is taken as it is.
  approve: manual

# The only part that may change while the migration lives; running processes see a change within seconds.
limits:
  backfill:
    # Chunks that are read and copied at the same time, and rows of a chunk.
    readers: 4
    chunkRows: 50000
  apply:
    # How source transactions are grouped into one target transaction.
    rowsMax: 5000
    bytesMax: 8388608
    lingerMs: 50

# Without these the local stack is used ("causeway stack up").
# kafka:
#   brokers: [kafka1:9092, kafka2:9092, kafka3:9092]
# connect:
#   url: http://connect:8083
#   # Causeway writes passwords here; the Connect workers read the folder under the same path.
#   secretsDir: /var/lib/causeway/secrets
# registry:
#   url: http://registry:8080/apis/registry/v2
#   flavour: apicurio
# store:
#   url: postgres://causeway:\${env:STORE_PASSWORD}@db:5432/causeway_store
# http:
#   host: 127.0.0.1
#   port: 8321
`;
}

function parse(text: string, side: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && [url.username, url.password, url.pathname].every(isDecodable)) return url;
  // The text is not repeated: it may hold a password.
  throw new CausewayError('USAGE', `The ${side} URL is no URL; special characters in it are written as %XX`);
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function withReference(url: URL, name: string, secrets: Record<string, string>): string {
  if (url.password === '') return url.href;
  secrets[name] = decodeURIComponent(url.password);
  const user = url.username;
  const bare = new URL(url.href);
  bare.username = '';
  bare.password = '';
  return bare.href.replace('://', `://${user}:\${env:${name}}@`);
}

/** What is left of a name when only allowed characters are. */
function nameFrom(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, '-')
    .replace(/^[^a-z]+/u, '')
    .slice(0, 41);
  return name === '' ? 'migration' : name;
}

/** YAML in double quotes is JSON. */
function quote(text: string): string {
  return JSON.stringify(text);
}

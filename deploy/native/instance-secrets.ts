import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from './write-atomically.ts';

const recorded = z.object({
  mysqlPassword: z.string(),
  postgresPassword: z.string(),
  kafkaCluster: z.string(),
});

export type InstanceSecrets = z.infer<typeof recorded>;

/** Made once per instance. Databases were initialised with them, so they are never made anew beside existing data. */
export async function instanceSecrets(path: string): Promise<InstanceSecrets> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text !== null) return recorded.parse(JSON.parse(text));
  const secrets: InstanceSecrets = {
    mysqlPassword: password(),
    postgresPassword: password(),
    // Kafka wants 16 bytes in URL-safe base64.
    kafkaCluster: randomBytes(16).toString('base64url'),
  };
  await writeAtomically(path, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  return secrets;
}

/** Hexadecimal: nothing in it needs quoting in a URL, an option file or SQL. */
function password(): string {
  return randomBytes(18).toString('hex');
}

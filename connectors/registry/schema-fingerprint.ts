import { createHash } from 'node:crypto';

/** SHA-256 over the schema without its white space: registries may lay JSON out anew, but keep its order. */
export function schemaFingerprint(schema: string): string {
  return createHash('sha256')
    .update(JSON.stringify(JSON.parse(schema)), 'utf8')
    .digest('hex');
}

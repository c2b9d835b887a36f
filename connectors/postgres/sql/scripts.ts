import type { SchemaScript } from '../migrate.ts';
import { sql000001 } from './000001.ts';

/** The schema of Causeway's own tables on a target. */
export const targetSchemaName = 'causeway';

/** All scripts of that schema, by number. */
export const targetScripts: readonly SchemaScript[] = [{ number: 1, sql: sql000001 }];

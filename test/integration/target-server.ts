import { openTestStack } from '../harness/stack.ts';

/** Administrator's URL of the PostgreSQL server that tests make their databases on. */
export async function targetServerUrl(): Promise<string> {
  return (await openTestStack().endpoints()).postgres.url;
}

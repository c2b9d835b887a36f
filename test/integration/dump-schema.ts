import type { ScratchDatabase } from './scratch-database.ts';

const queries = {
  columns: `
    SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
      coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), CASE WHEN a.attidentity <> '' THEN ' IDENTITY' END, ''))
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')
    ORDER BY c.relname, a.attnum`,
  constraints: `
    SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = $1::regnamespace AND contype <> 'n' ORDER BY 1`,
  indexes: `SELECT indexdef FROM pg_indexes WHERE schemaname = $1 ORDER BY 1`,
  triggers: `
    SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = $1::regnamespace AND NOT t.tgisinternal ORDER BY 1`,
  functions: `SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = $1::regnamespace ORDER BY proname`,
};

/** What a schema holds, as text that is the same on every server version. */
export async function dumpSchema(database: ScratchDatabase, schema: string): Promise<string> {
  const parts: string[] = [];
  for (const [title, query] of Object.entries(queries)) {
    const rows = await database.query(query, [schema]);
    parts.push(`-- ${title}`, ...rows.map(([text]) => text ?? ''), '');
  }
  return parts.join('\n');
}

import { z } from 'zod';
import { migrationFileJsonSchema } from '../migration-file.ts';

const nodeSchema = z.looseObject({
  description: z.string().optional(),
  type: z.string().optional(),
  const: z.union([z.string(), z.number()]).optional(),
  enum: z.array(z.unknown()).optional(),
  /** A section that may be left out has a map here, which is of no interest. */
  default: z.union([z.string(), z.number(), z.looseObject({})]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/** The reference page of the migration file. */
export function filePage(): string {
  return [
    '# The migration file',
    '',
    '`causeway init` writes one, `causeway schema` prints its JSON Schema. Any text may hold `${env:NAME}` or `${file:PATH}`; the value is put in when the file',
    'is read, percent-encoded where it is user or password of a URL, and is never stored. What of `kafka`, `connect`, `registry` and `store` is not given comes',
    'from the settings or from the local stack.',
    '',
    'A migration that lives takes changes of `limits` within seconds. Every other change is refused (`FILE_CHANGED`, exit code 6) with the difference.',
    '',
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...rowsOf(migrationFileJsonSchema(), ''),
    '',
  ].join('\n');
}

function rowsOf(json: unknown, prefix: string): string[] {
  const node = nodeSchema.parse(json);
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const field = nodeSchema.parse(child);
    if (field.properties !== undefined) return rowsOf(child, key);
    return [
      `| \`${key}\` | ${valueText(field)} | ${presetText(field, node.required ?? [], name)} | ${field.description ?? ''} |`,
    ];
  });
}

function valueText(field: z.infer<typeof nodeSchema>): string {
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (field.minimum !== undefined) return `${field.minimum} to ${field.maximum ?? ''}`;
  return field.type === 'array' ? 'list of texts' : 'text';
}

function presetText(field: z.infer<typeof nodeSchema>, required: readonly string[], name: string): string {
  if (typeof field.default === 'string' || typeof field.default === 'number') return `\`${field.default}\``;
  return required.includes(name) ? 'must be given' : '';
}

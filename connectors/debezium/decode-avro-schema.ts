/** An Avro schema with its references resolved: a type that is named twice is the same object twice. */
export type AvroNode =
  | { readonly kind: 'primitive'; readonly type: string; readonly attributes: AvroAttributes }
  | AvroRecordNode
  | { readonly kind: 'array'; readonly items: AvroNode; readonly attributes: AvroAttributes }
  | { readonly kind: 'map'; readonly values: AvroNode; readonly attributes: AvroAttributes }
  | { readonly kind: 'union'; readonly branches: readonly AvroNode[] };

export interface AvroRecordNode {
  readonly kind: 'record';
  /** With its namespace. */
  readonly name: string;
  /** Another name under which the same record is found in the writer's schema. */
  readonly alias: string | null;
  readonly fields: readonly AvroFieldNode[];
  readonly attributes: AvroAttributes;
}

export interface AvroFieldNode {
  readonly name: string;
  readonly type: AvroNode;
}

/** What stands beside a type, such as `connect.name`. */
export type AvroAttributes = Readonly<Record<string, unknown>>;

const primitives = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

/** Parses a schema as the registry gives it. Defaults are left out: they say how to fill fields, and none is ever filled. */
export function parseAvroSchema(text: string): AvroNode {
  return parseNode(JSON.parse(text), '', new Map());
}

function parseNode(schema: unknown, namespace: string, named: Map<string, AvroNode>): AvroNode {
  if (typeof schema === 'string') return parseName(schema, namespace, named);
  if (Array.isArray(schema)) {
    return { kind: 'union', branches: schema.map((branch) => parseNode(branch, namespace, named)) };
  }
  if (!isObject(schema)) throw new Error('the schema has a part that is neither name, list nor object');
  const { type } = schema;
  if (typeof type !== 'string') return parseNode(type, namespace, named);
  switch (type) {
    case 'record':
      return parseRecord(schema, namespace, named);
    case 'array':
      return { kind: 'array', items: parseNode(schema['items'], namespace, named), attributes: schema };
    case 'map':
      return { kind: 'map', values: parseNode(schema['values'], namespace, named), attributes: schema };
    default:
      if (primitives.has(type)) return { kind: 'primitive', type, attributes: schema };
      return parseName(type, namespace, named);
  }
}

function parseName(name: string, namespace: string, named: Map<string, AvroNode>): AvroNode {
  if (primitives.has(name)) return { kind: 'primitive', type: name, attributes: {} };
  const node = named.get(qualify(name, namespace)) ?? named.get(name);
  if (node === undefined) throw new Error(`the schema uses the type ${name} without defining it`);
  return node;
}

function parseRecord(
  schema: Readonly<Record<string, unknown>>,
  outer: string,
  named: Map<string, AvroNode>,
): AvroRecordNode {
  const { name, namespace, fields } = schema;
  if (typeof name !== 'string' || !Array.isArray(fields))
    throw new Error('a record has no name or no fields');
  const fullName = qualify(name, typeof namespace === 'string' ? namespace : outer);
  const parsed: AvroFieldNode[] = [];
  const node: AvroRecordNode = {
    kind: 'record',
    name: fullName,
    alias: null,
    fields: parsed,
    attributes: schema,
  };
  // Before its fields: a record may refer to itself.
  named.set(fullName, node);
  const inner = fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
  for (const field of fields as readonly unknown[]) {
    if (!isObject(field) || typeof field['name'] !== 'string') {
      throw new Error(`a field of ${fullName} has no name`);
    }
    parsed.push({ name: field['name'], type: parseNode(field['type'], inner, named) });
  }
  return node;
}

function qualify(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The branch of a nullable type that is not null; the type itself when it is no union, null when it has several. */
export function valueBranch(node: AvroNode): AvroNode | null {
  if (node.kind !== 'union') return node;
  const branches = node.branches.filter((branch) => !isNull(branch));
  return branches.length === 1 ? (branches[0] ?? null) : null;
}

export function isNullable(node: AvroNode): boolean {
  return node.kind === 'union' && node.branches.some(isNull);
}

function isNull(node: AvroNode): boolean {
  return node.kind === 'primitive' && node.type === 'null';
}

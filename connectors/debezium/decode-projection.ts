import avro from 'avsc';
import { bigintLong } from './decode-bigint-long.ts';
import { valueBranch, type AvroNode, type AvroRecordNode } from './decode-avro-schema.ts';

/** Fields to keep of a record: `true` for the whole field, a projection for the record inside it. */
export type Projection = { readonly [field: string]: true | Projection };

/** Reads one value that was written with one schema, as the projected part of it. Refuses bytes that are left over. */
export type AvroReader<T> = (body: Buffer) => T;

/** The record with only the fields wanted, in the writer's order; a field that the writer lacks stays away. */
export function project(record: AvroRecordNode, wanted: Projection): AvroRecordNode {
  const fields = record.fields.flatMap((field) => {
    const part = wanted[field.name];
    if (part === undefined) return [];
    return [part === true ? field : { name: field.name, type: projectInside(field.type, part) }];
  });
  return { ...record, fields };
}

function projectInside(node: AvroNode, wanted: Projection): AvroNode {
  switch (node.kind) {
    case 'record':
      return project(node, wanted);
    case 'union':
      return { kind: 'union', branches: node.branches.map((branch) => projectInside(branch, wanted)) };
    case 'array':
      return { ...node, items: projectInside(node.items, wanted) };
    case 'map':
    case 'primitive':
      return node;
    default:
      return node satisfies never;
  }
}

/** Replaces the type of one field. */
export function withField(record: AvroRecordNode, name: string, type: AvroNode): AvroRecordNode {
  return {
    ...record,
    fields: record.fields.map((field) => (field.name === name ? { name, type } : field)),
  };
}

/** Keeps some fields of a nullable record under a name of its own, since the whole record stands elsewhere too. */
export function narrowed(node: AvroNode, fields: ReadonlySet<string>): AvroNode {
  const record = valueBranch(node);
  if (record?.kind !== 'record' || node.kind !== 'union') return node;
  const narrow: AvroRecordNode = {
    ...record,
    name: `${record.name}.narrowed`,
    alias: record.name,
    fields: record.fields.filter(({ name }) => fields.has(name)),
  };
  return { kind: 'union', branches: node.branches.map((branch) => (branch === record ? narrow : branch)) };
}

/** Compiles a reader. What `reader` leaves out is skipped over without being decoded. */
export function compileReader<T>(writer: AvroNode, reader: AvroNode): AvroReader<T> {
  const names = new Map<string, string>();
  const writerType = buildType(writer, names);
  const readerType = buildType(reader, names);
  const resolver = readerType.createResolver(writerType);
  return (body) => readerType.fromBuffer(body, resolver);
}

function buildType(node: AvroNode, names: Map<string, string>): avro.Type {
  const schema = print(node, names, new Set());
  return avro.Type.forSchema(schema, {
    registry: { long: bigintLong },
    wrapUnions: false,
    omitRecordMethods: true,
  });
}

/**
 * A schema for avsc: without attributes, so that every `long` is a plain one and no logical type is applied, and with
 * short type names, because table names make names that Avro does not allow.
 */
function print(node: AvroNode, names: Map<string, string>, printed: Set<string>): avro.schema.AvroSchema {
  if (node.kind !== 'union') return printType(node, names, printed);
  return node.branches.flatMap((branch) => print(branch, names, printed));
}

function printType(
  node: Exclude<AvroNode, { kind: 'union' }>,
  names: Map<string, string>,
  printed: Set<string>,
): avro.schema.DefinedType {
  switch (node.kind) {
    case 'primitive':
      return node.type;
    case 'array':
      return { type: 'array', items: print(node.items, names, printed) };
    case 'map':
      return { type: 'map', values: print(node.values, names, printed) };
    case 'record':
      return printRecord(node, names, printed);
    default:
      return node satisfies never;
  }
}

function printRecord(
  node: AvroRecordNode,
  names: Map<string, string>,
  printed: Set<string>,
): avro.schema.DefinedType {
  const name = shortName(node.name, names);
  if (printed.has(name)) return name;
  printed.add(name);
  return {
    type: 'record',
    name,
    ...(node.alias === null ? {} : { aliases: [shortName(node.alias, names)] }),
    fields: node.fields.map((field) => ({ name: field.name, type: print(field.type, names, printed) })),
  };
}

function shortName(fullName: string, names: Map<string, string>): string {
  const known = names.get(fullName);
  if (known !== undefined) return known;
  const name = `T${names.size}`;
  names.set(fullName, name);
  return name;
}

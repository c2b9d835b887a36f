import type { RowField, RowSchema } from '../../schemas/log-item.ts';
import { isNullable, valueBranch, type AvroNode, type AvroRecordNode } from './decode-avro-schema.ts';

/** Describes the fields of a row image for those who turn its values into exact texts. */
export function rowSchemaOf(registryId: number, image: AvroRecordNode): RowSchema {
  return { registryId, fields: image.fields.map(({ name, type }) => rowField(name, type)) };
}

function rowField(name: string, type: AvroNode): RowField {
  const value = valueBranch(type);
  const attributes = value === null || value.kind === 'union' ? {} : value.attributes;
  const connectName = attributes['connect.name'];
  return {
    name,
    isNullable: isNullable(type),
    avroType: value === null ? 'union' : avroTypeOf(value),
    connectName: typeof connectName === 'string' ? connectName : null,
    connectParameters: stringEntries(attributes['connect.parameters']),
  };
}

function avroTypeOf(node: AvroNode): string {
  return node.kind === 'primitive' ? node.type : node.kind;
}

function stringEntries(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

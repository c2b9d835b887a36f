import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { AvroRow, RowRecord } from '../../schemas/log-item.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { avroFieldName } from '../../schemas/types/avro-field-name.ts';
import { checkRowSchema } from '../../schemas/types/check-row-schema.ts';
import { compileFromAvro } from '../../schemas/types/exact-from-avro.ts';
import type { ExactRow, ExactText } from '../../schemas/types/value-kind.ts';
import { uniqueColumns, type RowChange } from './change-buffer.ts';

interface ColumnDecoder {
  readonly field: string;
  readonly convert: (value: unknown) => ExactText;
}

interface TableDecoder {
  readonly table: TablePlan;
  readonly columns: readonly ColumnDecoder[];
  readonly key: readonly ColumnDecoder[];
  readonly uniques: readonly ColumnDecoder[];
  /** Writer schemas that were found to be of the table as it was planned. */
  readonly checkedSchemas: Set<number>;
}

/** Turns rows of the log into changes of target rows. */
export class RowDecoder {
  readonly #tables: ReadonlyMap<string, TableDecoder>;

  constructor(tables: readonly TablePlan[]) {
    this.#tables = new Map(tables.map((table) => [table.id, compileTable(table)]));
  }

  /** What the row does, as one change, or two when it moves to another key. Throws when it cannot be carried exactly. */
  decode(row: RowRecord): { readonly table: TablePlan; readonly changes: readonly RowChange[] } {
    const decoder = this.#decoderFor(row);
    const { table } = decoder;
    if (row.op === 'delete') return { table, changes: [removal(decoder, imageOf(row, 'before'))] };
    const after = decodeColumns(decoder.columns, imageOf(row, 'after'));
    const key = table.key.map((index) => after[index] ?? null);
    if (row.op === 'insert') return { table, changes: [{ key, uniquesBefore: null, after }] };
    const before = imageOf(row, 'before');
    if (!hasSameKey(decoder, before, imageOf(row, 'after'))) {
      return { table, changes: [removal(decoder, before), { key, uniquesBefore: null, after }] };
    }
    return { table, changes: [{ key, uniquesBefore: decodeColumns(decoder.uniques, before), after }] };
  }

  #decoderFor(row: RowRecord): TableDecoder {
    const id = `${row.database}.${row.table}`;
    const decoder = this.#tables.get(id);
    if (decoder === undefined) {
      throw new CausewayError(
        'APPLY_UNKNOWN_TABLE',
        `the log has a row of ${id}, which the plan does not have`,
        {
          facts: { table: id, offset: row.offset },
        },
      );
    }
    const { registryId } = row.schema;
    if (!decoder.checkedSchemas.has(registryId)) {
      checkRowSchema(decoder.table, row.schema);
      decoder.checkedSchemas.add(registryId);
    }
    return decoder;
  }
}

function compileTable(table: TablePlan): TableDecoder {
  const columns = table.columns.map((column) => ({
    field: avroFieldName(column.source.name),
    convert: compileFromAvro(column, table.id),
  }));
  const pick = (indexes: readonly number[]): ColumnDecoder[] =>
    indexes.flatMap((index) => columns[index] ?? []);
  return {
    table,
    columns,
    key: pick(table.key),
    uniques: pick(uniqueColumns(table)),
    checkedSchemas: new Set(),
  };
}

function removal(decoder: TableDecoder, before: AvroRow): RowChange {
  return {
    key: decodeColumns(decoder.key, before),
    uniquesBefore: decodeColumns(decoder.uniques, before),
    after: null,
  };
}

function decodeColumns(columns: readonly ColumnDecoder[], image: AvroRow): ExactRow {
  const texts: ExactText[] = [];
  for (const { field, convert } of columns) texts.push(convert(image[field]));
  return texts;
}

/** Compares what arrived, without converting it: an update nearly always keeps its key. */
function hasSameKey(decoder: TableDecoder, before: AvroRow, after: AvroRow): boolean {
  return decoder.key.every(({ field, convert }) => {
    const one = before[field];
    const other = after[field];
    return one === other || (Buffer.isBuffer(one) && convert(one) === convert(other));
  });
}

function imageOf(row: RowRecord, which: 'before' | 'after'): AvroRow {
  const image = row[which];
  if (image !== null) return image;
  const id = `${row.database}.${row.table}`;
  throw new CausewayError('APPLY_EVENT_INCOMPLETE', `an event of ${id} has no row ${which} the change`, {
    facts: { table: id, offset: row.offset, op: row.op },
  });
}

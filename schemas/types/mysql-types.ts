import type { SourceColumn } from '../source-table.ts';
import { carriedCharsets, faultOfLabels } from './mysql-characters.ts';
import type { ValueKind } from './value-kind.ts';

export type TypeMapping =
  | { readonly value: ValueKind; readonly targetType: string; readonly notes: readonly string[] }
  | { readonly refused: string };

/** How a value of the type looks in the log. */
export interface AvroShape {
  readonly avroType: string;
  readonly connectName: string | null;
}

/** One line of the mapping: the planner, the check of the log's schemas and the reference page are all made from it. */
export interface MysqlTypeRule {
  /** For people. */
  readonly source: string;
  readonly target: string;
  readonly remark: string;
  readonly dataTypes: readonly string[];
  /** What besides the type's name the rule asks for. */
  readonly applies?: (column: SourceColumn) => boolean;
  readonly shapes: readonly AvroShape[];
  readonly map: (column: SourceColumn) => TypeMapping;
}

export const mysqlTypeRules: readonly MysqlTypeRule[] = [
  integerRule(
    'TINYINT, BOOL',
    ['tinyint'],
    false,
    'smallint',
    '-128',
    '127',
    'int',
    'Never boolean: 2 and -1 are legal in MySQL.',
  ),
  integerRule('TINYINT UNSIGNED', ['tinyint'], true, 'smallint', '0', '255', 'int', ''),
  integerRule('SMALLINT', ['smallint'], false, 'smallint', '-32768', '32767', 'int', ''),
  integerRule('SMALLINT UNSIGNED', ['smallint'], true, 'integer', '0', '65535', 'int', ''),
  integerRule('MEDIUMINT', ['mediumint'], false, 'integer', '-8388608', '8388607', 'int', ''),
  integerRule('MEDIUMINT UNSIGNED', ['mediumint'], true, 'integer', '0', '16777215', 'int', ''),
  integerRule('INT', ['int', 'integer'], false, 'integer', '-2147483648', '2147483647', 'int', ''),
  integerRule('INT UNSIGNED', ['int', 'integer'], true, 'bigint', '0', '4294967295', 'long', ''),
  integerRule(
    'BIGINT',
    ['bigint'],
    false,
    'bigint',
    '-9223372036854775808',
    '9223372036854775807',
    'long',
    '',
  ),
  {
    ...integerRule(
      'BIGINT UNSIGNED',
      ['bigint'],
      true,
      'numeric(20,0)',
      '0',
      '18446744073709551615',
      'bytes',
      '',
    ),
    remark:
      'bigint would end at half of its range. AUTO_INCREMENT becomes a sequence, since identity columns cannot be numeric.',
    shapes: [{ avroType: 'bytes', connectName: 'org.apache.kafka.connect.data.Decimal' }],
  },
  {
    source: 'DECIMAL(p,s), NUMERIC(p,s)',
    target: 'numeric(p,s)',
    remark: '',
    dataTypes: ['decimal', 'numeric'],
    shapes: [plain('string')],
    map: (column) => {
      const precision = column.numericPrecision ?? 10;
      const scale = column.numericScale ?? 0;
      return mapped({ kind: 'decimal', precision, scale }, `numeric(${precision},${scale})`);
    },
  },
  {
    source: 'FLOAT',
    target: 'real',
    remark:
      'Exact to the bit, though MySQL itself shows 6 digits. FLOAT(M,D) no longer rounds to D digits on write.',
    dataTypes: ['float'],
    shapes: [plain('float'), plain('double')],
    map: (column) => mapped({ kind: 'float4' }, 'real', roundingNotes(column)),
  },
  {
    source: 'DOUBLE, REAL, FLOAT(25..53)',
    target: 'double precision',
    remark: 'Exact to the bit. DOUBLE(M,D) no longer rounds to D digits on write.',
    dataTypes: ['double'],
    shapes: [plain('double')],
    map: (column) => mapped({ kind: 'float8' }, 'double precision', roundingNotes(column)),
  },
  {
    source: 'BIT(1)',
    target: 'boolean',
    remark: '',
    dataTypes: ['bit'],
    applies: (column) => bitLength(column) === 1,
    shapes: [plain('boolean')],
    map: () => mapped({ kind: 'boolean' }, 'boolean'),
  },
  {
    source: 'BIT(n)',
    target: 'bit(n)',
    remark: 'Zeros on the left up to n.',
    dataTypes: ['bit'],
    shapes: [{ avroType: 'bytes', connectName: 'io.debezium.data.Bits' }],
    map: (column) => mapped({ kind: 'bits', length: bitLength(column) }, `bit(${bitLength(column)})`),
  },
  textRule(
    'CHAR(n), VARCHAR(n)',
    'varchar(n)',
    ['char', 'varchar'],
    true,
    'CHAR comes without its trailing spaces, as MySQL reads it. U+0000 is refused.',
  ),
  textRule(
    'TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT',
    'text',
    ['tinytext', 'text', 'mediumtext', 'longtext'],
    false,
    'U+0000 is refused.',
  ),
  bytesRule('BINARY(n)', ['binary'], 'Zero bytes on the right up to n.'),
  bytesRule('VARBINARY(n)', ['varbinary'], ''),
  bytesRule(
    'TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB',
    ['tinyblob', 'blob', 'mediumblob', 'longblob'],
    'Up to 256 MiB less 64 bytes a value.',
  ),
  {
    source: 'DATE',
    target: 'date',
    remark: 'Years 1 to 9999. Zero dates are refused.',
    dataTypes: ['date'],
    shapes: [{ avroType: 'int', connectName: 'io.debezium.time.Date' }],
    map: () => mapped({ kind: 'date' }, 'date'),
  },
  datetimeRule('DATETIME(f), f up to 3', (fraction) => fraction <= 3, 'io.debezium.time.Timestamp'),
  datetimeRule('DATETIME(f), f from 4', (fraction) => fraction > 3, 'io.debezium.time.MicroTimestamp'),
  {
    source: 'TIMESTAMP(f)',
    target: 'timestamp(f) with time zone',
    remark: 'The same instant; read in UTC. Zero dates are refused.',
    dataTypes: ['timestamp'],
    shapes: [{ avroType: 'string', connectName: 'io.debezium.time.ZonedTimestamp' }],
    map: (column) => {
      const fraction = column.fractionDigits ?? 0;
      return mapped({ kind: 'instant', fraction }, `timestamp(${fraction}) with time zone`);
    },
  },
  {
    source: 'TIME(f)',
    target: 'interval(f)',
    remark: "MySQL's TIME reaches from -838:59:59 to 838:59:59; PostgreSQL's time ends at 24:00:00.",
    dataTypes: ['time'],
    shapes: [{ avroType: 'long', connectName: 'io.debezium.time.MicroTime' }],
    map: (column) => {
      const fraction = column.fractionDigits ?? 0;
      return mapped({ kind: 'duration', fraction }, `interval(${fraction})`);
    },
  },
  {
    source: 'YEAR',
    target: 'smallint',
    remark: '0000 is 0.',
    dataTypes: ['year'],
    shapes: [{ avroType: 'int', connectName: 'io.debezium.time.Year' }],
    map: () => mapped({ kind: 'integer', min: '0', max: '2155' }, 'smallint'),
  },
  {
    source: 'ENUM',
    target: 'text, CHECK of the labels',
    remark:
      'Sorts by text, not by the order of the labels. The empty value of an invalid label is refused. Labels with backslashes, control characters or characters beyond U+FFFF are refused.',
    dataTypes: ['enum'],
    shapes: [{ avroType: 'string', connectName: 'io.debezium.data.Enum' }],
    map: (column) => {
      const fault = faultOfLabels(column);
      return fault === null ? mapped({ kind: 'enum', labels: column.labels }, 'text') : { refused: fault };
    },
  },
  {
    source: 'SET',
    target: 'text[], CHECK of the labels',
    remark:
      "`''` is the empty array. Labels in the order of the definition; the same labels as of ENUM are refused, and the empty one.",
    dataTypes: ['set'],
    shapes: [{ avroType: 'string', connectName: 'io.debezium.data.EnumSet' }],
    map: (column) => {
      const fault = faultOfLabels(column);
      if (fault !== null) return { refused: fault };
      if (column.labels.includes(''))
        return { refused: 'SET with an empty label: it cannot be told from no label' };
      return mapped({ kind: 'set', labels: column.labels }, 'text[]');
    },
  },
  {
    source: 'JSON',
    target: 'jsonb',
    remark:
      'Strings with U+0000 are refused. -0.0 becomes 0.0. Dates, times and binary values that SQL functions put into a document are not carried exactly: Debezium writes them in another form than MySQL.',
    dataTypes: ['json'],
    shapes: [{ avroType: 'string', connectName: 'io.debezium.data.Json' }],
    map: () => mapped({ kind: 'json' }, 'jsonb'),
  },
];

/** Types that are refused, with the reason; whatever stands in neither list is refused as unknown. */
export const refusedMysqlTypes: readonly {
  readonly source: string;
  readonly dataTypes: readonly string[];
  readonly reason: string;
}[] = [
  {
    source: 'GEOMETRY, POINT, LINESTRING, POLYGON and collections',
    dataTypes: [
      'geometry',
      'point',
      'linestring',
      'polygon',
      'multipoint',
      'multilinestring',
      'multipolygon',
      'geometrycollection',
      'geomcollection',
    ],
    reason: 'spatial types are not carried',
  },
  { source: 'VECTOR', dataTypes: ['vector'], reason: 'vectors are not carried' },
];

export function findMysqlRule(column: SourceColumn): MysqlTypeRule | undefined {
  return mysqlTypeRules.find(
    (rule) => rule.dataTypes.includes(column.dataType) && (rule.applies?.(column) ?? true),
  );
}

function plain(avroType: string): AvroShape {
  return { avroType, connectName: null };
}

function mapped(value: ValueKind, targetType: string, notes: readonly string[] = []): TypeMapping {
  return { value, targetType, notes };
}

function integerRule(
  source: string,
  dataTypes: readonly string[],
  isUnsigned: boolean,
  target: string,
  min: string,
  max: string,
  avroType: string,
  remark: string,
): MysqlTypeRule {
  return {
    source,
    target,
    remark,
    dataTypes,
    applies: (column) => column.isUnsigned === isUnsigned,
    shapes: [plain(avroType)],
    map: () => mapped({ kind: 'integer', min, max }, target),
  };
}

function textRule(
  source: string,
  target: string,
  dataTypes: readonly string[],
  hasLength: boolean,
  remark: string,
): MysqlTypeRule {
  return {
    source,
    target,
    remark,
    dataTypes,
    shapes: [plain('string')],
    map: (column) => {
      const charset = carriedCharsets.get(column.characterSet ?? '');
      if (charset === undefined) {
        return { refused: `character set ${column.characterSet ?? '(none)'} is not carried` };
      }
      const charsMax = hasLength ? column.length : null;
      const targetType = charsMax === null ? 'text' : `varchar(${charsMax})`;
      return mapped(
        { kind: 'text', charsMax, ...(charset === 'single-byte' ? { charset } : {}) },
        // PostgreSQL has no varchar(0); MySQL's VARCHAR(0) holds nothing but the empty string.
        charsMax === 0 ? 'text' : targetType,
      );
    },
  };
}

function bytesRule(source: string, dataTypes: readonly string[], remark: string): MysqlTypeRule {
  return {
    source,
    target: 'bytea',
    remark,
    dataTypes,
    shapes: [plain('bytes')],
    map: (column) => {
      const padTo = column.dataType === 'binary' ? (column.length ?? 1) : null;
      return mapped({ kind: 'bytes', bytesMax: column.length, padTo }, 'bytea');
    },
  };
}

function datetimeRule(
  source: string,
  isIn: (fraction: number) => boolean,
  connectName: string,
): MysqlTypeRule {
  return {
    source,
    target: 'timestamp(f) without time zone',
    remark: 'The same characters: no zone is invented. Zero dates are refused.',
    dataTypes: ['datetime'],
    applies: (column) => isIn(column.fractionDigits ?? 0),
    shapes: [{ avroType: 'long', connectName }],
    map: (column) => {
      const fraction = column.fractionDigits ?? 0;
      return mapped({ kind: 'datetime', fraction }, `timestamp(${fraction}) without time zone`);
    },
  };
}

function bitLength(column: SourceColumn): number {
  return column.length ?? column.numericPrecision ?? 1;
}

function roundingNotes(column: SourceColumn): string[] {
  if (column.numericScale === null) return [];
  return [`${column.columnType}: PostgreSQL does not round to ${column.numericScale} digits on write`];
}

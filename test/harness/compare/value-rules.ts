import { isSameJson, parseExactJson } from './exact-json.ts';

/** How the values of one column are read as text on both sides and told equal or different. NULL never gets here. */
export interface ValueRule {
  readonly name: string;
  /** Brings MySQL's bytes to the form both sides are compared in. */
  readonly fromMysql: (bytes: Buffer) => string;
  /** Brings PostgreSQL's text to that form. */
  readonly fromPostgres: (text: string) => string;
  /** Where equal forms are not the whole truth. */
  readonly isSame?: (mysql: string, postgres: string) => boolean;
  /** Order of two forms as ORDER BY gives it on both sides; absent where the type cannot be a key. */
  readonly order?: (left: string, right: string) => number;
  /** What to select on MySQL instead of the bare column. */
  readonly mysqlExpression?: (column: string) => string;
  readonly postgresExpression?: (column: string) => string;
  /** What to order by on MySQL and PostgreSQL instead of the bare column. */
  readonly mysqlOrder?: (column: string) => string;
  readonly postgresOrder?: (column: string) => string;
}

const utf8 = (bytes: Buffer): string => bytes.toString('utf8');
const same = (text: string): string => text;

const integer: ValueRule = {
  name: 'integer',
  // Zero-filled columns and YEAR print leading zeros.
  fromMysql: (bytes) => utf8(bytes).replace(/^(-?)0+(?=\d)/, '$1'),
  fromPostgres: same,
  order: orderIntegers,
};

const decimal: ValueRule = { name: 'decimal', fromMysql: utf8, fromPostgres: same, order: orderDecimals };

const float: ValueRule = {
  name: 'float',
  fromMysql: (bytes) => doubleForm(utf8(bytes)),
  fromPostgres: doubleForm,
  order: (left, right) => Number(left) - Number(right),
  // MySQL prints a FLOAT with six digits only; widened it prints every digit.
  mysqlExpression: (column) => `CAST(${column} AS DOUBLE)`,
  postgresExpression: (column) => `${column}::float8`,
};

const boolean: ValueRule = {
  name: 'boolean',
  fromMysql: (bytes) => (bitsOf(bytes).endsWith('1') ? 't' : 'f'),
  fromPostgres: same,
};

function bits(length: number): ValueRule {
  return {
    name: 'bits',
    fromMysql: (bytes) => bitsOf(bytes).padStart(length, '0').slice(-length),
    fromPostgres: same,
    order: orderBytes,
  };
}

const text: ValueRule = {
  name: 'text',
  fromMysql: utf8,
  fromPostgres: same,
  order: (left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)),
  mysqlOrder: (column) => `CAST(CONVERT(${column} USING utf8mb4) AS BINARY)`,
  postgresOrder: (column) => `${column} COLLATE "C"`,
};

const bytes: ValueRule = {
  name: 'bytes',
  fromMysql: (raw) => raw.toString('hex'),
  fromPostgres: (text) => text.replace(/^\\x/, ''),
  order: orderBytes,
};

const date: ValueRule = { name: 'date', fromMysql: utf8, fromPostgres: same, order: orderBytes };

const datetime: ValueRule = {
  name: 'datetime',
  fromMysql: (raw) => fullFraction(utf8(raw)),
  fromPostgres: fullFraction,
  order: orderBytes,
};

const instant: ValueRule = {
  name: 'instant',
  // Both sessions are in UTC; PostgreSQL says so behind the value.
  fromMysql: (raw) => `${fullFraction(utf8(raw))}+00`,
  fromPostgres: (text) =>
    text.replace(/^(.*?)(\+00)?$/, (_, value: string, zone = '') => fullFraction(value) + zone),
  order: orderBytes,
};

const duration: ValueRule = {
  name: 'duration',
  fromMysql: (raw) => microseconds(utf8(raw)),
  fromPostgres: microseconds,
  order: orderIntegers,
};

const set: ValueRule = {
  name: 'set',
  fromMysql: (raw) => JSON.stringify(raw.length === 0 ? [] : utf8(raw).split(',')),
  fromPostgres: (json) => JSON.stringify(labelsOf(json)),
  postgresExpression: (column) => `to_json(${column})`,
};

const json: ValueRule = {
  name: 'json',
  fromMysql: utf8,
  fromPostgres: same,
  isSame: (mysql, postgres) =>
    mysql === postgres || isSameJson(parseExactJson(mysql), parseExactJson(postgres)),
};

const integerTypes = ['smallint', 'integer', 'bigint', 'numeric'];
const textTypes = ['text', 'character varying', 'character'];
const rulesByMysqlType: Readonly<Record<string, readonly { targets: readonly string[]; rule: ValueRule }[]>> =
  {
    ...each(
      ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'year'],
      [{ targets: integerTypes, rule: integer }],
    ),
    ...each(['decimal'], [{ targets: ['numeric'], rule: decimal }]),
    ...each(['float', 'double'], [{ targets: ['real', 'double precision'], rule: float }]),
    ...each(
      ['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum'],
      [{ targets: textTypes, rule: text }],
    ),
    ...each(
      ['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'],
      [{ targets: ['bytea'], rule: bytes }],
    ),
    ...each(['date'], [{ targets: ['date'], rule: date }]),
    ...each(['datetime'], [{ targets: ['timestamp without time zone'], rule: datetime }]),
    ...each(['timestamp'], [{ targets: ['timestamp with time zone'], rule: instant }]),
    ...each(['time'], [{ targets: ['interval'], rule: duration }]),
    ...each(['set'], [{ targets: ['ARRAY'], rule: set }]),
    ...each(['json'], [{ targets: ['jsonb', 'json'], rule: json }]),
  };

/** The rule for a pair of types as both information schemas name them. A pair without a rule is an error, never skipped. */
export function ruleFor(mysqlType: string, postgresType: string, bitLength: number): ValueRule {
  if (mysqlType === 'bit' && postgresType === 'boolean') return boolean;
  if (mysqlType === 'bit' && postgresType === 'bit') return bits(bitLength);
  const found = rulesByMysqlType[mysqlType]?.find(({ targets }) => targets.includes(postgresType));
  if (found === undefined)
    throw new Error(`no rule compares MySQL ${mysqlType} with PostgreSQL ${postgresType}`);
  return found.rule;
}

function each<Value>(names: readonly string[], value: Value): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function bitsOf(raw: Buffer): string {
  return [...raw].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

/** The shortest digits of the double, so that two forms are equal exactly when the doubles are, -0 and 0 apart. */
function doubleForm(printed: string): string {
  const value = Number(printed);
  if (Number.isNaN(value) && printed !== 'NaN') throw new Error(`not a number: ${printed}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Seconds with six digits after the point. */
function fullFraction(printed: string): string {
  const [seconds = '', fraction = ''] = printed.split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}

/** `-838:59:59.5` in microseconds; an interval with days, months or years is not of that form and stays as it is. */
function microseconds(printed: string): string {
  const match = /^(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(printed);
  if (match === null) return printed;
  const [, sign = '', hours = '', minutes = '', seconds = '', fraction = ''] = match;
  const whole = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const total = whole * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return String(sign === '-' ? -total : total);
}

function labelsOf(jsonArray: string): string[] {
  const labels: unknown = JSON.parse(jsonArray);
  if (!Array.isArray(labels)) throw new Error(`not an array: ${jsonArray}`);
  return labels.map(String);
}

function orderBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderIntegers(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function orderDecimals(left: string, right: string): number {
  const scale = Math.max(fractionOf(left).length, fractionOf(right).length);
  return orderIntegers(scaled(left, scale), scaled(right, scale));
}

function fractionOf(decimalText: string): string {
  return decimalText.split('.')[1] ?? '';
}

function scaled(decimalText: string, scale: number): string {
  return (decimalText.split('.')[0] ?? '') + fractionOf(decimalText).padEnd(scale, '0');
}

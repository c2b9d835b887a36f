import { expect, test } from 'vitest';
import { sourceColumn, sourceTable } from '../../schemas/plan/source-fixture.ts';
import { checkServerSettings } from './preflight-settings.ts';
import { checkTables } from './preflight-tables.ts';
import { parseServerVersion } from './server-version.ts';

const good = new Map([
  ['log_bin', 'ON'],
  ['binlog_format', 'ROW'],
  ['binlog_row_image', 'FULL'],
  ['binlog_row_value_options', ''],
  ['gtid_mode', 'ON'],
  ['enforce_gtid_consistency', 'ON'],
  ['binlog_order_commits', 'ON'],
  ['sync_binlog', '1'],
  ['innodb_flush_log_at_trx_commit', '1'],
  ['binlog_expire_logs_seconds', '2592000'],
  ['sql_mode', 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE'],
  ['lower_case_table_names', '0'],
]);
const version = parseServerVersion('9.7.4');

test('a server with the settings that are needed passes every check', () => {
  const checks = checkServerSettings(version, good);
  expect(checks.filter((check) => check.severity !== 'ok')).toEqual([]);
});

test.each([
  ['log_bin', 'OFF', 'error', 'BINLOG_OFF'],
  ['binlog_format', 'STATEMENT', 'error', 'BINLOG_FORMAT'],
  ['binlog_format', 'MIXED', 'error', 'BINLOG_FORMAT'],
  ['binlog_row_image', 'MINIMAL', 'error', 'BINLOG_ROW_IMAGE'],
  ['binlog_row_value_options', 'PARTIAL_JSON', 'error', 'BINLOG_PARTIAL_JSON'],
  ['gtid_mode', 'OFF_PERMISSIVE', 'error', 'GTID_MODE_OFF'],
  ['enforce_gtid_consistency', 'WARN', 'error', 'GTID_MODE_OFF'],
  ['binlog_order_commits', 'OFF', 'error', 'BINLOG_ORDER_COMMITS_OFF'],
  ['sync_binlog', '0', 'warning', null],
  ['innodb_flush_log_at_trx_commit', '2', 'warning', null],
  ['binlog_expire_logs_seconds', '3600', 'warning', null],
  ['lower_case_table_names', '2', 'warning', null],
  ['partial_revokes', 'ON', 'warning', null],
])('%s = %s is found as %s %s with a remedy', (setting, value, severity, code) => {
  const checks = checkServerSettings(version, new Map([...good, [setting, value]]));
  const found = checks.filter((check) => check.severity !== 'ok');
  expect(found).toMatchObject([{ severity, code }]);
  expect(found[0]?.remedy).not.toBe('');
});

const child = sourceTable({
  name: 't',
  columns: [sourceColumn({ name: 'id' })],
  foreignKeys: [
    {
      name: 'fk',
      columns: ['id'],
      referencedDatabase: 'shop',
      referencedTable: 'p',
      referencedColumns: ['id'],
      onUpdate: 'no action',
      onDelete: 'cascade',
    },
  ],
});

test.each([
  ['8.0.40', undefined, 'error'],
  ['8.4.3', undefined, 'error'],
  ['9.5.0', undefined, 'error'],
  ['9.6.0', 'OFF', 'ok'],
  ['9.7.4', undefined, 'ok'],
  ['9.7.4', 'ON', 'error'],
])(
  'on %s with innodb_native_foreign_keys %s, a cascade into a captured table is %s',
  (text, value, severity) => {
    const settings = value === undefined ? good : new Map([...good, ['innodb_native_foreign_keys', value]]);
    const checks = checkTables(parseServerVersion(text), settings, [child]);
    expect(checks.find((check) => check.name === 'cascades')?.severity).toBe(severity);
  },
);

test.each([
  ['STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE', 'datetime', 'dates', 'ok'],
  ['STRICT_TRANS_TABLES,NO_ZERO_IN_DATE', 'datetime', 'zero dates', 'error'],
  ['STRICT_TRANS_TABLES', 'int', 'dates', 'ok'],
  ['NO_ZERO_IN_DATE,NO_ZERO_DATE,ALLOW_INVALID_DATES', 'int', 'invalid dates', 'error'],
])('with sql_mode %s and a column of type %s, %s are %s', (mode, dataType, name, severity) => {
  const table = sourceTable({ name: 't', columns: [sourceColumn({ name: 'c', dataType })] });
  const checks = checkTables(version, new Map([...good, ['sql_mode', mode]]), [table]);
  expect(checks.find((check) => check.name === name)?.severity).toBe(severity);
});

test('a table of another storage engine is named', () => {
  const checks = checkTables(version, good, [
    sourceTable({ name: 't', columns: [], storageEngine: 'MyISAM' }),
  ]);
  expect(checks).toContainEqual(
    expect.objectContaining({ code: 'SOURCE_STORAGE_ENGINE', where: 'shop.t', severity: 'error' }),
  );
});

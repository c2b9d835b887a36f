import type { ErrorCode } from '../../schemas/errors/catalogue.ts';
import type { Check } from '../engine.ts';
import { failed, passed, warned } from './check.ts';
import type { ServerVersion } from './server-version.ts';
import type { MysqlSession } from './session.ts';
import { textAt } from './text-row.ts';

/** Global variables by lower-case name. */
export type ServerSettings = ReadonlyMap<string, string>;

interface Demand {
  readonly setting: string;
  readonly isMet: (value: string) => boolean;
  readonly wanted: string;
  readonly code: ErrorCode;
}

const demands: readonly Demand[] = [
  { setting: 'log_bin', isMet: isOn, wanted: 'ON', code: 'BINLOG_OFF' },
  // From the version on that has no such variable the log is always by row.
  { setting: 'binlog_format', isMet: (value) => value === 'ROW', wanted: 'ROW', code: 'BINLOG_FORMAT' },
  {
    setting: 'binlog_row_image',
    isMet: (value) => value === 'FULL',
    wanted: 'FULL',
    code: 'BINLOG_ROW_IMAGE',
  },
  {
    setting: 'binlog_row_value_options',
    isMet: (value) => value === '',
    wanted: 'empty',
    code: 'BINLOG_PARTIAL_JSON',
  },
  { setting: 'gtid_mode', isMet: (value) => value === 'ON', wanted: 'ON', code: 'GTID_MODE_OFF' },
  { setting: 'enforce_gtid_consistency', isMet: isOn, wanted: 'ON', code: 'GTID_MODE_OFF' },
  { setting: 'binlog_order_commits', isMet: isOn, wanted: 'ON', code: 'BINLOG_ORDER_COMMITS_OFF' },
];

/** How long the log should at least be kept: a weekend's outage of the pipeline, in seconds. */
const retentionSecondsMin = 3 * 24 * 3600;

export async function readServerSettings(session: MysqlSession): Promise<ServerSettings> {
  const rows = await session.query(
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', 'binlog_row_image',
       'binlog_row_value_options', 'gtid_mode', 'enforce_gtid_consistency', 'binlog_order_commits', 'sync_binlog',
       'innodb_flush_log_at_trx_commit', 'binlog_expire_logs_seconds', 'sql_mode', 'partial_revokes',
       'lower_case_table_names', 'innodb_native_foreign_keys', 'read_only', 'super_read_only')`,
    [],
    "reading the server's settings",
  );
  return new Map(rows.map((row) => [textAt(row, 0).toLowerCase(), textAt(row, 1)]));
}

export function checkServerSettings(version: ServerVersion, settings: ServerSettings): Check[] {
  return [
    passed('version', 'server', `MySQL ${version.text}`),
    ...demands.flatMap((demand) => checkDemand(demand, settings)),
    checkFlushing(settings),
    checkRetention(settings),
    checkNameCase(settings),
    ...checkPartialRevokes(settings),
  ];
}

function checkDemand(demand: Demand, settings: ServerSettings): Check[] {
  const value = settings.get(demand.setting);
  // A newer server that dropped a variable has only the behaviour that is left: rows, GTIDs, full images.
  if (value === undefined) return [];
  const shown = value === '' ? 'empty' : value;
  if (demand.isMet(value)) return [passed(demand.setting, 'server', `is ${shown}`)];
  return [
    failed(
      demand.code,
      demand.setting,
      'server',
      `${demand.setting} is ${shown}, it must be ${demand.wanted}`,
    ),
  ];
}

function checkFlushing(settings: ServerSettings): Check {
  const binlog = settings.get('sync_binlog') ?? '';
  const redo = settings.get('innodb_flush_log_at_trx_commit') ?? '';
  if (binlog === '1' && redo === '1') return passed('flushing', 'server', 'every commit is flushed to disk');
  return warned(
    'flushing',
    'server',
    `sync_binlog is ${binlog} and innodb_flush_log_at_trx_commit is ${redo}: after a crash of the server, transactions that the target already has may be gone or other ones may have their GTIDs`,
    'SET PERSIST sync_binlog = 1, innodb_flush_log_at_trx_commit = 1.',
  );
}

function checkRetention(settings: ServerSettings): Check {
  const seconds = Number(settings.get('binlog_expire_logs_seconds') ?? '0');
  if (seconds === 0) return passed('binlog retention', 'server', 'the log is never purged by age');
  const hours = Math.floor(seconds / 3600);
  if (seconds >= retentionSecondsMin) return passed('binlog retention', 'server', `${hours} hours`);
  return warned(
    'binlog retention',
    'server',
    `the binary log is purged after ${hours} hours: capture that stands still for longer cannot go on`,
    `SET PERSIST binlog_expire_logs_seconds = ${retentionSecondsMin} or more, if the disk allows it.`,
  );
}

function checkNameCase(settings: ServerSettings): Check {
  const value = settings.get('lower_case_table_names') ?? '0';
  if (value !== '2') return passed('lower_case_table_names', 'server', `is ${value}`);
  return warned(
    'lower_case_table_names',
    'server',
    'is 2: the log may name tables in another case than the catalogue',
    'Use a server on a case-sensitive file system as the source.',
  );
}

function checkPartialRevokes(settings: ServerSettings): Check[] {
  if (!isOn(settings.get('partial_revokes') ?? 'OFF')) return [];
  return [
    warned(
      'partial_revokes',
      'server',
      'is ON: privileges granted on everything may be revoked on single databases',
      'If a later check fails for lack of a privilege, look at SHOW GRANTS for revokes.',
    ),
  ];
}

export function isOn(value: string): boolean {
  return value === 'ON' || value === '1';
}

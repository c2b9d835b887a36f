import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import { bytesText, countText, secondsText } from './number-text.ts';
import { lagText, progressText } from './progress-text.ts';
import { textTable } from './text-table.ts';

/** A migration's status for people. */
export function statusText(document: MigrationDocument): string {
  return [
    ...headLines(document),
    ...haltLines(document),
    ...checkLines(document),
    ...tableLines(document),
    ...roleLines(document),
    '',
  ].join('\n');
}

function headLines(document: MigrationDocument): string[] {
  const { position, connector, log, markers, markerStart, markerEnd, plan } = document;
  const rows: [string, string][] = [
    ['migration', document.migration],
    ['stage', `${document.stage}${document.isPaused ? ', paused' : ''}, since ${document.stageSince}`],
    ['now', progressText(document)],
    ['lag', lagText(document)],
    [
      'position',
      position === null
        ? 'none yet'
        : `offset ${position.nextOffset}, term ${position.term}, ${position.gtids}`,
    ],
    [
      'markers',
      `sent ${markers.last ?? '-'}, applied ${markers.applied ?? '-'}, M0 ${markerStart ?? '-'}, M1 ${markerEnd ?? '-'}`,
    ],
    [
      'log',
      log === null
        ? 'none yet'
        : `${log.topic}, ${bytesText(Number(log.bytes))}, offsets ${log.startOffset} to ${log.endOffset}, needed from ${log.neededOffset}`,
    ],
    [
      'connector',
      connector === null
        ? 'none yet'
        : `${connector.state}${connector.cause === null ? '' : `: ${connector.cause}`}`,
    ],
    [
      'plan',
      plan === null
        ? 'none yet'
        : `${plan.fingerprint.slice(0, 12)}, ${plan.isApproved ? 'approved' : 'not approved'}`,
    ],
  ];
  return rows.map(([name, value]) => `${name.padEnd(10)} ${value}`);
}

function haltLines({ halts }: MigrationDocument): string[] {
  return halts.flatMap(({ part, code, message, remedy, at }) => [
    '',
    `${part} halted at ${at}: ${code}`,
    `  ${message.replaceAll('\n', '\n  ')}`,
    `  Remedy: ${remedy}`,
  ]);
}

function checkLines({ checks }: MigrationDocument): string[] {
  const notable = checks.filter(({ severity }) => severity !== 'ok');
  if (notable.length === 0) return [];
  return [
    '',
    ...textTable(
      [
        { title: 'CHECK', align: 'left' },
        { title: 'WHERE', align: 'left' },
        { title: 'WHAT', align: 'left' },
      ],
      notable.map((check) => [`${check.severity}: ${check.code ?? check.name}`, check.where, check.what]),
    ),
  ];
}

function tableLines({ backfill }: MigrationDocument): string[] {
  if (backfill === null) return [];
  return [
    '',
    ...textTable(
      [
        { title: 'TABLE', align: 'left' },
        { title: 'ROWS COPIED', align: 'right' },
        { title: 'OF ABOUT', align: 'right' },
        { title: 'BYTES', align: 'right' },
        { title: 'ROWS/S', align: 'right' },
        { title: 'LEFT', align: 'right' },
      ],
      backfill.tables.map((table) => [
        table.table,
        countText(table.rows),
        countText(table.rowsEstimate),
        bytesText(Number(table.bytes)),
        table.isComplete ? '' : countText(table.rowsPerSecond),
        table.isComplete ? 'done' : table.etaMs === null ? '?' : secondsText(table.etaMs / 1000),
      ]),
    ),
  ];
}

function roleLines({ roles }: MigrationDocument): string[] {
  return ['', ...roles.map(({ role, holder, isLive }) => `${role.padEnd(10)} ${isLive ? holder : 'nobody'}`)];
}

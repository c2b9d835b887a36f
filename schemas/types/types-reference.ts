import { carriedCharsets } from './mysql-characters.ts';
import { mysqlTypeRules, refusedMysqlTypes } from './mysql-types.ts';

/** The text of docs/reference/types.md; a test compares the file with it. */
export function renderTypesReference(): string {
  return [
    '# Types: MySQL to PostgreSQL',
    '',
    'This page is generated from the mapping in `schemas/types/mysql-types.ts`. A column takes its target type from its definition alone, never from',
    'the data it happens to hold. A value that the target type cannot hold exactly stops the work with `VALUE_REFUSED`, before anything is written in',
    'its place; a type that is not in the first table stops the plan with `PLAN_REFUSED`.',
    '',
    '| MySQL | PostgreSQL | in the log | what to know |',
    '|---|---|---|---|',
    ...mysqlTypeRules.map(
      ({ source, target, shapes, remark }) =>
        `| ${source} | ${target} | ${shapes.map(shapeText).join(' or ')} | ${remark} |`,
    ),
    '',
    '## Refused',
    '| what | reason |',
    '|---|---|',
    ...refusedMysqlTypes.map(({ source, reason }) => `| ${source} | ${reason} |`),
    '| generated columns | their expressions are not translated |',
    `| text in a character set other than ${[...carriedCharsets.keys()].join(', ')} | Debezium and the server decode some of its bytes differently, or have not been compared |`,
    '| any other type | not known |',
    '',
    '## Values that are refused',
    '- U+0000 in text, and its escape in a JSON string: PostgreSQL has no place for it.',
    '- Zero dates (`0000-00-00`, or year, month or day 0) and days that do not exist: PostgreSQL has no such date. They are found when rows are copied.',
    '  One that is written while the stream runs arrives from Debezium as NULL, or in a NOT NULL column as its default or 1970-01-01, and cannot be told',
    '  from those: keep NO_ZERO_DATE and NO_ZERO_IN_DATE in a strict `sql_mode`, under which none can be written.',
    '- The empty value that MySQL stores for an invalid ENUM label.',
    '- Bytes of a latin1 column that its character set does not define (0x81, 0x8D, 0x8F, 0x90, 0x9D).',
    '- Anything longer, larger or with more digits than the column was planned with.',
    '',
  ].join('\n');
}

function shapeText({ avroType, connectName }: { avroType: string; connectName: string | null }): string {
  return connectName === null ? `\`${avroType}\`` : `\`${avroType}\`, \`${connectName.split('.').at(-1)}\``;
}

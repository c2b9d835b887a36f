import type { ExactRow } from '../../schemas/types/value-kind.ts';

/** One line of COPY's text format, with its line feed. */
export function encodeCopyRow(row: ExactRow): string {
  let line = '';
  for (let index = 0; index < row.length; index += 1) {
    const text = row[index];
    if (index > 0) line += '\t';
    if (text === undefined) throw new RangeError('a row with a hole');
    line += text === null ? String.raw`\N` : escapeCopyText(text);
  }
  return `${line}\n`;
}

function escapeCopyText(text: string): string {
  return hasSpecial.test(text) ? text.replaceAll(special, escapeOne) : text;
}

const hasSpecial = /[\\\t\n\r]/;
const special = /[\\\t\n\r]/g;

function escapeOne(character: string): string {
  switch (character) {
    case '\t':
      return String.raw`\t`;
    case '\n':
      return String.raw`\n`;
    case '\r':
      return String.raw`\r`;
    default:
      return '\\\\';
  }
}

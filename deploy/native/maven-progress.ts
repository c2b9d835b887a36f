import { parseBytes } from './byte-text.ts';

export type MavenLine =
  | { readonly kind: 'receiving'; readonly receivedBytes: number; readonly totalBytes: number }
  | { readonly kind: 'received'; readonly bytes: number };

/** What a line of Maven's output says about downloads; null for every other line. */
export function parseMavenLine(line: string): MavenLine | null {
  const received = /^Downloaded from .* \(([^()]+) at [^()]+\)\s*$/.exec(line);
  if (received !== null) return { kind: 'received', bytes: parseBytes(received[1] ?? '') };
  const receiving = /^Progress \(\d+\): (.*)$/.exec(line);
  if (receiving === null) return null;
  let receivedBytes = 0;
  let totalBytes = 0;
  for (const file of (receiving[1] ?? '').split('|')) {
    // `4.1/11 kB`, or `11 kB` when the file is complete: the unit stands once.
    const sizes = /^(?:([\d.]+)( [kMG]?B)?\/)?([\d.]+ [kMG]?B)$/.exec(file.trim());
    if (sizes === null) continue;
    const [, amount, amountUnit, total = ''] = sizes;
    const unit = amountUnit ?? total.slice(total.indexOf(' '));
    totalBytes += parseBytes(total);
    receivedBytes += parseBytes(amount === undefined ? total : `${amount}${unit}`);
  }
  return { kind: 'receiving', receivedBytes, totalBytes };
}

const unitBytes: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** `23.7 MB`; decimal units, as Maven, npm and apt print them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Bytes of `23.7 MB`; 0 for what is not a size. */
export function parseBytes(text: string): number {
  const match = /^([\d.,]+) ?(B|kB|MB|GB)$/.exec(text.trim());
  if (match === null) return 0;
  const [, amount = '0', unit = 'B'] = match;
  return Math.round(Number(amount.replaceAll(',', '')) * (unitBytes[unit] ?? 1));
}

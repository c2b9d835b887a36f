/** Sizes of what `apt-get install --print-uris` would download, and the version of one package among it. */
export interface AptPlan {
  readonly totalBytes: number;
  readonly leadingVersion: string | null;
}

export function parsePrintedUris(text: string, leading: string): AptPlan {
  let totalBytes = 0;
  let leadingVersion: string | null = null;
  for (const line of text.split('\n')) {
    // 'address' name_version_arch.deb size digest; a colon in the version is written as %3a.
    const match = /^'[^']+' ([^ _]+)_([^ _]+)_[^ ]+\.deb (\d+) /.exec(line);
    if (match === null) continue;
    const [, name, version = '', size = '0'] = match;
    totalBytes += Number(size);
    if (name === leading) leadingVersion = decodeURIComponent(version);
  }
  return { totalBytes, leadingVersion };
}

/** Share, 0 to 1, of a download from a line of apt's status output; null for other lines. */
export function parseAptStatus(line: string): number | null {
  const match = /^dlstatus:[^:]*:([\d.]+):/.exec(line);
  return match === null ? null : Math.min(1, Number(match[1]) / 100);
}

/** The first repository among apt's sources that is a mirror of Debian itself. */
export function chooseDebianMirror(indexTargets: string): string | null {
  for (const line of indexTargets.split('\n')) {
    const address = line.trim();
    if (/^https?:\/\/.*\/debian\/?$/.test(address)) return address;
  }
  return null;
}

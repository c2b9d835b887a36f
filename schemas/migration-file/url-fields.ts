import { z } from 'zod';

export interface DatabaseUrlRules {
  readonly isDatabaseNeeded: boolean;
}

/** A database URL. No message here may quote the value: it can hold a password. */
export function databaseUrl(schemes: readonly string[], rules: DatabaseUrlRules) {
  return z.string().superRefine((text, context) => {
    const fault = databaseUrlFault(text, schemes, rules);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });
}

export function httpUrl() {
  return z.string().superRefine((text, context) => {
    const url = parseUrl(text);
    if (url === null || url.hostname === '') {
      context.addIssue({ code: 'custom', message: 'must be a URL such as http://host:8083' });
    } else if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      context.addIssue({ code: 'custom', message: 'must start with http:// or https://' });
    } else if (!isWellEncoded(url)) {
      context.addIssue({ code: 'custom', message: badEncoding });
    }
  });
}

function databaseUrlFault(
  text: string,
  schemes: readonly string[],
  { isDatabaseNeeded }: DatabaseUrlRules,
): string | null {
  const example = `${schemes[0]}://user:password@host:port${isDatabaseNeeded ? '/database' : ''}`;
  const url = parseUrl(text);
  if (url === null) {
    return `must be a URL such as ${example}; special characters in user or password are written as %XX`;
  }
  if (!isWellEncoded(url)) return badEncoding;
  if (!schemes.includes(url.protocol.slice(0, -1))) return `must start with ${schemes[0]}://`;
  if (url.hostname === '') return `names no host; it must be a URL such as ${example}`;
  if (url.username === '') return `names no user; it must be a URL such as ${example}`;
  if (isDatabaseNeeded && url.pathname.replace(/^\//u, '') === '') {
    return `names no database; it must be a URL such as ${example}`;
  }
  return null;
}

const badEncoding = 'has a % that encodes nothing; a percent sign itself is written as %25';

/** URL accepts stray percent signs, which cannot be decoded when user or password are needed. */
function isWellEncoded({ username, password, pathname }: URL): boolean {
  return [username, password, pathname].every((part) => {
    try {
      decodeURIComponent(part);
      return true;
    } catch {
      return false;
    }
  });
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

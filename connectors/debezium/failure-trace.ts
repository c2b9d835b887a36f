const shownCharactersMax = 1000;

/**
 * The line of a Java stack trace that a person needs: the innermost cause, without frames, with secrets taken out.
 * `secrets` are the values that must never be shown, whatever stands around them.
 */
export function rootCauseOf(trace: string, secrets: readonly string[] = []): string {
  const lines = trace.split(/\r?\n/u);
  const causes = lines.filter((line) => line.startsWith('Caused by: '));
  const innermost = causes.at(-1) ?? lines.find((line) => line.trim() !== '') ?? 'no cause given';
  return redactSecrets(withoutClassName(innermost.replace(/^Caused by: /u, '').trim()), secrets);
}

/** Removes known secrets, user information in URLs, and whatever follows a word that announces a secret. */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret !== '') redacted = redacted.split(secret).join('***');
  }
  return redacted
    .replaceAll(/(?<=:\/\/)[^\s/@]+@/gu, '***@')
    .replaceAll(
      // MySQL's own "(using password: YES)" says nothing secret and helps, so it stays.
      /((?:password|passwd|pwd|secret|token|credentials?)["']?\s*[=:]\s*)(?!YES\b|NO\b)("[^"]*"|'[^']*'|[^\s,;&})]+)/giu,
      '$1***',
    )
    .slice(0, shownCharactersMax);
}

/** `java.sql.SQLException: message` becomes `SQLException: message`: the package helps nobody who operates this. */
function withoutClassName(line: string): string {
  return line.replace(/^(?:[a-z][\w]*\.)+(?=[A-Z]\w*(?:[:$]|$))/u, '');
}

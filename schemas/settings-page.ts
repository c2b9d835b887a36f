import { describeSettings } from './settings.ts';

/** The reference page of the process settings. */
export function settingsPage(): string {
  const rows = describeSettings().map(
    ({ env, type, preset, unit, description }) =>
      `| \`${env}\` | ${type} | ${preset ?? '(none)'}${unit === null || preset === null ? '' : ` ${unit}`} | ${description} |`,
  );
  return [
    '# Settings',
    '',
    'What configures a process; what is moved, and how, stands in the [migration file](file.md). Each setting is one environment variable. An empty',
    'variable counts as not set. A wrong value stops the start, and all wrong ones are named at once.',
    '',
    '| variable | type | default | what it does |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

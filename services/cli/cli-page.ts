import type { Argument, Command, Option } from 'commander';
import { exitCodes } from './exit-codes.ts';

const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'done',
  error: 'error: code, message and remedy are printed',
  usage: 'wrong usage, wrong settings, or a migration file with faults',
  refused: 'a gate refused: preflight failed, or the plan is not approved',
  different: 'differences found; nothing in this version ends with it',
  timeout: 'the time given with `--timeout` passed',
  conflict: 'conflict: file or plan differ from what is stored and can not change any more',
  interrupted: 'interrupted by SIGINT or SIGTERM',
};

/** The reference page of the command line, from the program itself. */
export function cliPage(program: Command): string {
  return [
    '# The command line',
    '',
    'Results go to standard output; progress, logs and errors go to standard error. With `-o json` or `-o ndjson` standard output holds JSON and nothing else, and',
    'an error is one line of JSON on standard error: `{"error":{"code","message","remedy"}}`.',
    '',
    '## Options of every command',
    'They may stand before or after the command.',
    '',
    ...optionTable(program.options),
    ...program.commands.flatMap((command) => commandSection(command, program.name())),
    '## Exit codes',
    '| code | meaning |',
    '|---|---|',
    ...Object.entries(exitCodes).map(([name, code]) => `| ${code} | ${meaningOf(name)} |`),
    '',
  ].join('\n');
}

function commandSection(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  const words = [name, ...command.registeredArguments.map(argumentText)].join(' ');
  return [
    `## ${words}`,
    sentence(command.description()),
    '',
    ...(command.options.length === 0 ? [] : optionTable(command.options)),
    ...command.commands.flatMap((child) => commandSection(child, name)),
  ];
}

function optionTable(options: readonly Option[]): string[] {
  return [
    '| option | default | meaning |',
    '|---|---|---|',
    ...options.map((option) => {
      const preset: unknown = option.defaultValue;
      const choices = option.argChoices === undefined ? '' : `: ${option.argChoices.join(', ')}`;
      const shown = typeof preset === 'string' ? `\`${preset}\`` : option.mandatory ? 'must be given' : '';
      return `| \`${option.flags}\` | ${shown} | ${option.description}${choices} |`;
    }),
    '',
  ];
}

function argumentText(argument: Argument): string {
  return `<${argument.name()}>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function meaningOf(name: string): string {
  return Object.entries(exitCodeMeanings).find(([key]) => key === name)?.[1] ?? '';
}

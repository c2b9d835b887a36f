import { arrayElement } from './array-element.ts';
import type { RefuseValue } from './refuse-value.ts';

/** A label of the list, found by any of its spellings. */
export function compileEnum(
  labels: readonly string[],
  spell: (label: string) => string,
  refuse: RefuseValue,
): (text: string) => string {
  const bySpelling = spellings(labels, spell);
  return (text) => {
    const label = bySpelling.get(text);
    if (label !== undefined) return label;
    return refuse(
      text === '' ? 'the empty value that stands for an invalid ENUM label' : 'not a label of the ENUM',
    );
  };
}

/** Comma-separated labels as a PostgreSQL array literal in definition order. */
export function compileSet(labels: readonly string[], refuse: RefuseValue): (text: string) => string {
  const places = new Map(labels.map((label, place) => [label, place]));
  const elements = labels.map(arrayElement);
  return (text) => {
    if (text === '') return '{}';
    const chosen = text.split(',').map((label) => places.get(label) ?? refuse('not a label of the SET'));
    chosen.sort((left, right) => left - right);
    return `{${[...new Set(chosen)].map((place) => elements[place]).join(',')}}`;
  };
}

/**
 * How Debezium writes a label of an ENUM: it puts a backslash before commas, in the list of labels and in values. Labels
 * with backslashes are refused by the planner, so this is reversible.
 */
export function debeziumLabel(label: string): string {
  return label.replaceAll(',', '\\,');
}

function spellings(labels: readonly string[], spell: (label: string) => string): Map<string, string> {
  const map = new Map<string, string>();
  for (const label of labels) map.set(spell(label), label);
  for (const label of labels) map.set(label, label);
  return map;
}

/**
 * What a column's values are, in terms neither engine owns. A kind fixes the one exact text form (`ExactText`) of each value:
 *
 * | kind | exact text |
 * |---|---|
 * | integer | decimal digits, `-` in front of negative ones, no leading zeros |
 * | decimal | digits with exactly `scale` digits after the point (none and no point for scale 0), `-0` never |
 * | float4, float8 | shortest text that reads back to the same bits; `-0` kept |
 * | boolean | `t` or `f` |
 * | bits | exactly `length` characters `0` or `1` |
 * | text, enum | the characters themselves |
 * | bytes | `\x` and lower-case hex |
 * | date | `YYYY-MM-DD` |
 * | datetime | `YYYY-MM-DD HH:MM:SS` and, for fraction > 0, a point and exactly `fraction` digits; no zone |
 * | instant | as datetime in UTC, followed by `+00` |
 * | duration | `HH:MM:SS` (hours may have 3 digits, `-` in front of negative ones) with the fraction as in datetime |
 * | set | a PostgreSQL array literal of the labels in definition order |
 * | json | JSON text as the source gave it, doubles in one notation |
 */
export type ValueKind =
  | { readonly kind: 'integer'; readonly min: string; readonly max: string }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'float4' }
  | { readonly kind: 'float8' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'bits'; readonly length: number }
  /** `single-byte`: U+FFFD cannot be a character of the column's character set, so it stands for one that was lost on the way. */
  | { readonly kind: 'text'; readonly charsMax: number | null; readonly charset?: 'single-byte' }
  | { readonly kind: 'bytes'; readonly bytesMax: number | null; readonly padTo: number | null }
  | { readonly kind: 'date' }
  | { readonly kind: 'datetime'; readonly fraction: number }
  | { readonly kind: 'instant'; readonly fraction: number }
  | { readonly kind: 'duration'; readonly fraction: number }
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  | { readonly kind: 'set'; readonly labels: readonly string[] }
  | { readonly kind: 'json' };

/** A value in its kind's exact text form, ready for PostgreSQL as COPY text (before escaping) or as a text parameter; null is SQL NULL. */
export type ExactText = string | null;

/** One row: exact texts in the order of the table plan's columns. */
export type ExactRow = readonly ExactText[];

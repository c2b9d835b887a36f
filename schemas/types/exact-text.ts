import type { RefuseValue } from './refuse-value.ts';

/** Checks characters: what PostgreSQL cannot store, and more of them than the column holds. */
export function compileText(
  charsMax: number | null,
  isSingleByte: boolean,
  refuse: RefuseValue,
): (text: string) => string {
  const unitsMax = charsMax ?? Number.POSITIVE_INFINITY;
  return (text) => {
    checkStorable(text, refuse);
    if (isSingleByte && text.includes('\ufffd')) {
      refuse('a byte that its character set does not define was lost on the way here');
    }
    // A character is one or two UTF-16 units, so counting is needed only past the limit.
    if (text.length > unitsMax && countCharacters(text) > unitsMax)
      refuse(`longer than ${unitsMax} characters`);
    return text;
  };
}

/** Refuses U+0000, which PostgreSQL has no place for, and halves of surrogate pairs, which are no characters. */
export function checkStorable(text: string, refuse: RefuseValue): void {
  if (text.includes('\0')) refuse('holds U+0000, which PostgreSQL text cannot store');
  if (anySurrogate.test(text) && loneSurrogate.test(text)) refuse('holds half of a surrogate pair');
}

const anySurrogate = /[\ud800-\udfff]/;
const loneSurrogate = /\p{Surrogate}/u;

function countCharacters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xdc00) count -= 1;
  }
  return count;
}

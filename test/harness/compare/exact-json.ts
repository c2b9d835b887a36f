/** JSON as a tree in which numbers keep their digits. Written for the comparer alone, so that it judges with rules of its own. */
export type ExactJson =
  | { readonly kind: 'null' | 'true' | 'false' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'array'; readonly items: readonly ExactJson[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, ExactJson> };

export function parseExactJson(text: string): ExactJson {
  const scanner = new Scanner(text);
  const value = scanner.value();
  scanner.end();
  return value;
}

/**
 * Whether a document printed by MySQL and one printed by PostgreSQL are the same. Integers and decimals must agree in every
 * digit. MySQL prints a double with an exponent or a point and at most 17 digits; the target may hold such a double as its
 * shortest digits or, when it is whole, as all its digits.
 */
export function isSameJson(mysql: ExactJson, postgres: ExactJson): boolean {
  if (mysql.kind === 'number' && postgres.kind === 'number') {
    return isSameNumber(mysql.digits, postgres.digits);
  }
  if (mysql.kind === 'string' && postgres.kind === 'string') return mysql.text === postgres.text;
  if (mysql.kind === 'array' && postgres.kind === 'array') {
    return (
      mysql.items.length === postgres.items.length &&
      mysql.items.every((item, index) => {
        const other = postgres.items[index];
        return other !== undefined && isSameJson(item, other);
      })
    );
  }
  if (mysql.kind === 'object' && postgres.kind === 'object') {
    if (mysql.members.size !== postgres.members.size) return false;
    for (const [name, member] of mysql.members) {
      const other = postgres.members.get(name);
      if (other === undefined || !isSameJson(member, other)) return false;
    }
    return true;
  }
  return mysql.kind === postgres.kind;
}

const doubleDigitsMax = 17;

function isSameNumber(mysql: string, postgres: string): boolean {
  const left = decimalOf(mysql);
  const right = decimalOf(postgres);
  if (left.digits === right.digits && left.exponent === right.exponent) return true;
  const isDouble = /[.eE]/.test(mysql) && left.digits.replace('-', '').length <= doubleDigitsMax;
  if (!isDouble) return false;
  const value = Number(mysql);
  if (right.digits.replace('-', '').length <= doubleDigitsMax) return Number(postgres) === value;
  return Number.isInteger(value) && /^-?\d+$/.test(postgres) && BigInt(postgres) === BigInt(value);
}

/** The number as `digits * 10^exponent` with no zeros at the end of `digits`. */
function decimalOf(text: string): { digits: string; exponent: number } {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) throw new Error(`not a JSON number: ${text}`);
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return { digits: '0', exponent: 0 };
  return { digits: sign + digits, exponent: Number(power) - fraction.length + (all.length - digits.length) };
}

const numberForm = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blankForm = /[ \t\r\n]*/y;
const stringForm = /"(?:[^"\\]|\\.)*"/sy;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): ExactJson {
    this.#take(blankForm);
    const next = this.#text[this.#at];
    if (next === '{') return this.#object();
    if (next === '[') return this.#array();
    if (next === '"') return { kind: 'string', text: this.#string() };
    for (const kind of ['null', 'true', 'false'] as const) {
      if (this.#text.startsWith(kind, this.#at)) {
        this.#at += kind.length;
        return { kind };
      }
    }
    const digits = this.#take(numberForm);
    if (digits === '') throw this.#fault('a value');
    return { kind: 'number', digits };
  }

  end(): void {
    this.#take(blankForm);
    if (this.#at !== this.#text.length) throw this.#fault('the end');
  }

  #object(): ExactJson {
    const members = new Map<string, ExactJson>();
    this.#at += 1;
    this.#take(blankForm);
    if (this.#skip('}')) return { kind: 'object', members };
    do {
      this.#take(blankForm);
      const name = this.#string();
      this.#take(blankForm);
      if (!this.#skip(':')) throw this.#fault('a colon');
      members.set(name, this.value());
      this.#take(blankForm);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw this.#fault('a closing brace');
    return { kind: 'object', members };
  }

  #array(): ExactJson {
    const items: ExactJson[] = [];
    this.#at += 1;
    this.#take(blankForm);
    if (this.#skip(']')) return { kind: 'array', items };
    do {
      items.push(this.value());
      this.#take(blankForm);
    } while (this.#skip(','));
    if (!this.#skip(']')) throw this.#fault('a closing bracket');
    return { kind: 'array', items };
  }

  #string(): string {
    const literal = this.#take(stringForm);
    if (literal === '') throw this.#fault('a string');
    const text: unknown = JSON.parse(literal);
    if (typeof text !== 'string') throw this.#fault('a string');
    return text;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(form: RegExp): string {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #fault(wanted: string): Error {
    return new Error(`not JSON: ${wanted} expected at ${this.#at} of ${this.#text.length} characters`);
  }
}

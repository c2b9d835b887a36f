import type { RefuseValue } from './refuse-value.ts';

/**
 * Dates and times as text, by integer arithmetic alone. Years 1 to 9999 can be carried; year 0, month 0 and day 0 are
 * MySQL's zero dates, which PostgreSQL has no value for.
 */
export const zeroDateReason =
  'a zero date (year, month or day is 0), or a day that its month does not have: PostgreSQL has no such date';

const firstDay = -719_162; // 0001-01-01
const lastDay = 2_932_896; // 9999-12-31
const daysFromYearZeroMarch = 719_468;
const daysPerEra = 146_097; // 400 years

const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** Days since 1970-01-01 as `YYYY-MM-DD`. */
export function compileDays(refuse: RefuseValue): (days: number) => string {
  // Neighbouring rows tend to carry the same day.
  let lastDays = 0;
  let lastText = '1970-01-01';
  return (days) => {
    if (days === lastDays) return lastText;
    if (!Number.isInteger(days) || days < firstDay || days > lastDay) return refuse(zeroDateReason);
    lastText = civilDate(days);
    lastDays = days;
    return lastText;
  };
}

/** Micro- or milliseconds since 1970-01-01 00:00:00 as `YYYY-MM-DD HH:MM:SS` with `fraction` digits. */
export function compileSinceEpoch(
  unit: 'milliseconds' | 'microseconds',
  fraction: number,
  refuse: RefuseValue,
): (value: bigint) => string {
  const perSecond = unit === 'milliseconds' ? 1000 : 1_000_000;
  const perDay = 86_400 * perSecond;
  const perDayBig = BigInt(perDay);
  const dayText = compileDays(refuse);
  const secondsText = compileClock(perSecond, fraction, refuse);
  return (value) => {
    let days: number;
    let rest: number;
    if (value >= minSafe && value <= maxSafe) {
      const count = Number(value);
      days = Math.floor(count / perDay);
      rest = count - days * perDay;
    } else {
      const restBig = value % perDayBig;
      rest = Number(restBig < 0n ? restBig + perDayBig : restBig);
      days = Number((value - BigInt(rest)) / perDayBig);
    }
    return `${dayText(days)} ${secondsText(rest)}`;
  };
}

/** Microseconds as `HH:MM:SS` with `fraction` digits, `-` in front of negative ones; MySQL's TIME ends at 838:59:59. */
export function compileDuration(fraction: number, refuse: RefuseValue): (micros: bigint) => string {
  const clockText = compileClock(1_000_000, fraction, refuse);
  return (micros) => {
    if (micros <= -durationLimit || micros >= durationLimit) refuse('a time beyond 838:59:59');
    const count = Number(micros);
    return count < 0 ? `-${clockText(-count)}` : clockText(count);
  };
}

/** Checks `YYYY-MM-DD` as the source prints it. */
export function compileDateText(refuse: RefuseValue): (text: string) => string {
  let last = '1970-01-01';
  return (text) => {
    if (text === last) return text;
    if (!dateForm.test(text)) refuse('not a date');
    const month = Number(text.slice(5, 7));
    const day = Number(text.slice(8, 10));
    const year = Number(text.slice(0, 4));
    if (year === 0 || day === 0 || day > daysIn(year, month)) refuse(zeroDateReason);
    last = text;
    return text;
  };
}

/** Checks `YYYY-MM-DD HH:MM:SS` with exactly `fraction` digits as the source prints it. */
export function compileDatetimeText(fraction: number, refuse: RefuseValue): (text: string) => string {
  const dateText = compileDateText(refuse);
  const clockForm = new RegExp(`^ (?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d${fractionForm(fraction)}$`);
  return (text) => {
    dateText(text.slice(0, 10));
    return clockForm.test(text.slice(10)) ? text : refuse(`not a time of day with ${fraction} digits`);
  };
}

/** Checks `HH:MM:SS` with 2 or 3 digits of hours and exactly `fraction` digits as the source prints it. */
export function compileDurationText(fraction: number, refuse: RefuseValue): (text: string) => string {
  const form = new RegExp(
    `^-?(?:\\d\\d|[1-7]\\d\\d|8[0-2]\\d|83[0-8]):[0-5]\\d:[0-5]\\d${fractionForm(fraction)}$`,
  );
  return (text) => {
    if (!form.test(text)) return refuse(`not a time up to 838:59:59 with ${fraction} digits`);
    return text.charCodeAt(0) === 45 && !/[1-9]/.test(text) ? text.slice(1) : text;
  };
}

/** `2026-01-31T23:59:59.5Z` to `2026-01-31 23:59:59.5`, with exactly `fraction` digits after the point. */
export function compileZoned(fraction: number, refuse: RefuseValue): (text: string) => string {
  const datetimeText = compileDatetimeText(fraction, refuse);
  return (text) => {
    if (text.length < 20 || text.charCodeAt(10) !== 84 || text.charCodeAt(text.length - 1) !== 90) {
      return refuse('not a time in UTC');
    }
    const seconds = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
    const given = text.slice(20, -1);
    if (/[^0]/.test(given.slice(fraction))) refuse(`more than ${fraction} digits of a second`);
    if (fraction === 0) return datetimeText(seconds);
    return datetimeText(`${seconds}.${given.slice(0, fraction).padEnd(fraction, '0')}`);
  };
}

const dateForm = /^\d{4}-\d\d-\d\d$/;
const minSafe = BigInt(Number.MIN_SAFE_INTEGER);
const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);
const durationLimit = 839n * 3_600_000_000n;

function fractionForm(fraction: number): string {
  return fraction === 0 ? '' : `\\.\\d{${fraction}}`;
}

/** `HH:MM:SS` with fraction of a count of units of which `perSecond` make a second. */
function compileClock(perSecond: number, fraction: number, refuse: RefuseValue): (count: number) => string {
  const unitDigits = perSecond === 1000 ? 3 : 6;
  const divisor = 10 ** Math.max(unitDigits - fraction, 0);
  return (count) => {
    const seconds = Math.floor(count / perSecond);
    const units = count - seconds * perSecond;
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const clock = `${twoDigits[hours] ?? hours}:${twoDigits[minutes - hours * 60]}:${twoDigits[seconds - minutes * 60]}`;
    if (units % divisor !== 0) refuse(`more than ${fraction} digits of a second`);
    if (fraction === 0) return clock;
    return `${clock}.${String(units / divisor)
      .padStart(Math.min(fraction, unitDigits), '0')
      .padEnd(fraction, '0')}`;
  };
}

/** Howard Hinnant's civil-from-days: years begin in March, so the leap day is the last of its year. */
function civilDate(days: number): string {
  const shifted = days + daysFromYearZeroMarch;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${twoDigits[month]}-${twoDigits[day]}`;
}

/** Days of a month; 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  if (month === 4 || month === 6 || month === 9 || month === 11) return 30;
  return month >= 1 && month <= 12 ? 31 : 0;
}

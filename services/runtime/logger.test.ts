import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { createLogger } from './logger.ts';

function capture(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    secrets,
    destination: { write: (line) => void lines.push(line) },
  });
  return { logger, lines };
}

const line = z.looseObject({ level: z.string(), msg: z.string(), time: z.string() });

describe('createLogger', () => {
  it('writes one JSON object a line, with 64-bit numbers as text', () => {
    const { logger, lines } = capture();
    logger.child({ migration: 'shop' }).info('Applied', { offset: 9_007_199_254_740_993n });
    expect(line.parse(JSON.parse(lines[0] ?? ''))).toMatchObject({
      level: 'info',
      msg: 'Applied',
      migration: 'shop',
      offset: '9007199254740993',
    });
  });

  it('hides secrets wherever they stand, also those that JSON escapes', () => {
    const { logger, lines } = capture(['ge"heim']);
    logger.error('Could not log in with ge"heim', { error: new Error('refused: ge"heim') });
    expect(lines.join()).not.toContain('heim');
  });

  it('logs of a database error its code and message, never its detail', () => {
    const { logger, lines } = capture();
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (email)=(a@b) exists',
    });
    logger.error('Failed', { error: new CausewayError('INTERNAL', 'failed', { cause: error }) });
    expect(lines.join()).toContain('23505');
    expect(lines.join()).not.toContain('a@b');
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = capture();
    logger.debug('not wanted');
    expect(lines).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { demandSameFile } from './accept-file.ts';

const file = {
  target: { url: 'postgres://u:***@old/app' },
  tables: ['shop.*'],
  limits: { backfill: { readers: 4 } },
};

function thrownFor(other: unknown): unknown {
  try {
    demandSameFile('shop', file, other);
    return null;
  } catch (error) {
    return error;
  }
}

describe('demandSameFile', () => {
  it('lets a process go on whose file differs in limits only', () => {
    expect(thrownFor(file)).toBeNull();
    expect(thrownFor({ ...file, limits: { backfill: { readers: 8 } } })).toBeNull();
  });

  it('stops a process whose connections lead elsewhere by now, with the difference', () => {
    const error = thrownFor({ ...file, target: { url: 'postgres://u:***@new/app' } });
    if (!(error instanceof CausewayError)) throw new Error('nothing was refused');
    expect(error.code).toBe('FILE_CHANGED');
    expect(error.message).toContain('target.url: "postgres://u:***@old/app" -> "postgres://u:***@new/app"');
  });
});

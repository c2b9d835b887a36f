import { describe, expect, it } from 'vitest';
import { emptyControlStatus } from '../../schemas/api/control-status.ts';
import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import { bytesText, countText, secondsText } from './number-text.ts';
import { progressText } from './progress-text.ts';

const document: MigrationDocument = {
  ...emptyControlStatus,
  migration: 'shop',
  stage: 'backfill',
  stageSince: '2026-01-01T00:00:00.000Z',
  isPaused: false,
  halts: [],
  plan: null,
  backfill: null,
  markerStart: null,
  markerEnd: null,
  roles: [],
  parts: [],
  events: [],
};

describe('progressText', () => {
  it('tells the copy with share, rate and time left', () => {
    const amounts = {
      rows: '250000',
      bytes: '1',
      rowsEstimate: '1000000',
      rowsPerSecond: 50_000,
      bytesPerSecond: 1,
      etaMs: 15_000,
    };
    expect(progressText({ ...document, backfill: { ...amounts, tables: [] } })).toBe(
      'backfill: 250,000 rows (25%), 50,000 rows/s, about 15s left',
    );
  });

  it('tells lag once the stream runs', () => {
    expect(progressText({ ...document, stage: 'verify', lag: { ms: 42, records: '7' } })).toBe(
      'consistent, streaming, lag 42 ms, 7 records',
    );
  });

  it('tells a halt before everything else', () => {
    const halt = {
      part: 'apply',
      code: 'LOG_GAP',
      message: 'a hole\nmore',
      remedy: '',
      isRetryable: false,
      at: '',
    };
    expect(progressText({ ...document, halts: [halt] })).toBe('backfill: halted, LOG_GAP: a hole');
  });
});

describe('numbers for people', () => {
  it('groups digits, scales bytes, and splits seconds', () => {
    expect([countText('1234567'), countText(999)]).toEqual(['1,234,567', '999']);
    expect([bytesText(999), bytesText(1_500_000)]).toEqual(['999 B', '1.5 MB']);
    expect([secondsText(59), secondsText(61), secondsText(3_725)]).toEqual(['59s', '1m01s', '1h02m']);
  });
});

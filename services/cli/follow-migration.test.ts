import { describe, expect, it } from 'vitest';
import { StreamProof } from './follow-migration.ts';

type Document = Parameters<StreamProof['isProven']>[0];

function told(holder: string, last: string | null, applied: string | null, state = 'healthy'): Document {
  return {
    roles: [{ role: 'control', holder: 'b', isLive: true }],
    parts: [{ part: 'control', holder, ageMs: 100, data: null }],
    connector: { state, cause: null },
    markers: { last, applied },
  };
}

describe('StreamProof', () => {
  it('wants a marker of the process in control to be applied, which it has sent since', () => {
    const proof = new StreamProof();
    expect(proof.isProven(told('b', '7', '6'))).toBe(false);
    expect(proof.isProven(told('b', '9', '7'))).toBe(false);
    expect(proof.isProven(told('b', '9', '8'))).toBe(true);
  });

  it('is not taken in by a holder that was killed a moment ago and still has its lease', () => {
    const proof = new StreamProof();
    for (let look = 0; look < 3; look++) expect(proof.isProven(told('b', '7', '7'))).toBe(false);
  });

  it('believes nothing that an earlier process has said', () => {
    const proof = new StreamProof();
    expect(proof.isProven(told('a', '7', '7'))).toBe(false);
    expect(proof.isProven(told('b', null, '7'))).toBe(false);
    expect(proof.isProven(told('b', '8', '8'))).toBe(false);
    expect(proof.isProven(told('b', '9', '9'))).toBe(true);
  });

  it('is not given while the connector does not run', () => {
    expect(new StreamProof().isProven(told('b', '7', '7', 'restarting'))).toBe(false);
  });
});

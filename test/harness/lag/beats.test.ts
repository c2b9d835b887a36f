import { describe, expect, it } from 'vitest';
import { Beats } from './beats.ts';

describe('beats', () => {
  it('count every beat of a stall, each from its own sending', () => {
    const beats = new Beats();
    beats.send(0);
    beats.send(100);
    beats.send(200);
    beats.see(2, 1000);
    expect(beats.samplesMs).toEqual([1000, 900]);
    expect(beats.pending).toBe(1);
    beats.see(3, 1010);
    expect(beats.samplesMs).toEqual([1000, 900, 810]);
  });
});

import { describe, expect, it } from 'vitest';
import { logRecordBytesMax } from '../../schemas/log-limits.ts';
import { chooseReplication } from './replication.ts';
import { logSegmentBytes, logSettings, wrongSettings } from './topic-settings.ts';

const wanted = logSettings(2);
const right = new Map(wanted.map(({ name, value }) => [name, value]));

describe('settings of the log', () => {
  it('L1: a topic made with them passes', () => {
    expect(wrongSettings(wanted, right)).toEqual([]);
  });

  it('L1: every setting that is wrong or not told is named, with the value it needs', () => {
    expect(wrongSettings(wanted, new Map())).toHaveLength(wanted.length);
    for (const [name, value] of [
      ['cleanup.policy', 'compact,delete'],
      ['retention.ms', '604800000'],
      ['retention.bytes', '1000'],
      ['unclean.leader.election.enable', 'true'],
      ['min.insync.replicas', '1'],
      ['max.message.bytes', '1048588'],
      ['compression.type', 'gzip'],
      ['message.timestamp.type', 'CreateTime'],
    ] as const) {
      const faults = wrongSettings(wanted, new Map([...right, [name, value]]));
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(`${name} is ${value} and must be`);
    }
  });

  it('L1: larger limits and more replicas in sync are as good', () => {
    const larger = new Map([
      ...right,
      ['max.message.bytes', String(logRecordBytesMax * 2)],
      ['min.insync.replicas', '3'],
    ] as const);
    expect(wrongSettings(wanted, larger)).toEqual([]);
  });

  it('a segment holds the largest record', () => {
    expect(logSegmentBytes).toBeGreaterThan(logRecordBytesMax);
  });
});

describe('chooseReplication', () => {
  it('L1: keeps three copies, two in sync, where there are brokers for them', () => {
    const three = { replicationFactor: 3, minInsyncReplicas: 2, warnings: [] };
    expect(chooseReplication(3, null)).toEqual(three);
    expect(chooseReplication(9, null)).toEqual(three);
    expect(chooseReplication(9, 5)).toEqual({ replicationFactor: 5, minInsyncReplicas: 4, warnings: [] });
  });

  it('L1: takes fewer only when somebody accepts it, and warns', () => {
    const refused = expect.objectContaining({ code: 'KAFKA_REPLICATION' });
    expect(() => chooseReplication(1, null)).toThrow(refused);
    expect(() => chooseReplication(2, 3)).toThrow(refused);
    expect(chooseReplication(1, 1)).toMatchObject({ replicationFactor: 1, minInsyncReplicas: 1 });
    expect(chooseReplication(3, 1).warnings).toHaveLength(1);
    expect(chooseReplication(2, 2)).toMatchObject({ replicationFactor: 2, minInsyncReplicas: 1 });
  });
});

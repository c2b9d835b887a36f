import { describe, expect, test } from 'vitest';
import { chooseDebianMirror, parseAptStatus, parsePrintedUris } from './apt-answers.ts';

describe('what apt would download', () => {
  const printed = [
    'Reading package lists...',
    "'http://mirror/pool/main/libx/libcrypt1_4.5-1_amd64.deb' libcrypt1_1%3a4.5-1_amd64.deb 100216 MD5Sum:e86",
    "'http://mirror/pool/main/m/mysql-server-core_9.7.4-2_amd64.deb' mysql-server-core_9.7.4-2_amd64.deb 26124236 MD5Sum:7e5",
  ].join('\n');

  test('its size is the sum over all packages, and the leading package gives the version', () => {
    expect(parsePrintedUris(printed, 'mysql-server-core')).toEqual({
      totalBytes: 26_224_452,
      leadingVersion: '9.7.4-2',
    });
  });

  test('an epoch in a version is read', () => {
    expect(parsePrintedUris(printed, 'libcrypt1').leadingVersion).toBe('1:4.5-1');
  });

  test('a package that is not among them has no version', () => {
    expect(parsePrintedUris(printed, 'mariadb-server-core').leadingVersion).toBeNull();
  });
});

test('a status line of a download gives its share, other status lines none', () => {
  expect(parseAptStatus('dlstatus:3:42.5:Retrieving file 3 of 57 (2s remaining)')).toBe(0.425);
  expect(parseAptStatus('pmstatus:dpkg:50:Unpacking')).toBeNull();
});

test('the mirror is the first source that holds Debian itself, not its security updates or another repository', () => {
  const listed = ['http://packages.example/deb/', 'http://mirror/debian-security/', 'http://mirror/debian/'];
  expect(chooseDebianMirror(listed.join('\n'))).toBe('http://mirror/debian/');
  expect(chooseDebianMirror('http://mirror/ubuntu/')).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { filePage } from './migration-file/file-page.ts';
import { settingsPage } from './settings-page.ts';
import { readSettings } from './settings.ts';

describe('readSettings', () => {
  it('takes defaults, and an empty variable as not set', () => {
    const settings = readSettings({ CAUSEWAY_LEASE_MS: '', HOME: '/x' });
    expect(settings.leaseMs).toBe(10_000);
    expect(settings.token).toBeUndefined();
    expect(settings.isMetricsOpen).toBe(false);
  });

  it('names every wrong variable at once, without the values of secrets', () => {
    const env = { CAUSEWAY_LEASE_MS: 'soon', CAUSEWAY_TOKEN: 'tooshort', CAUSEWAY_LOG_LEVL: 'debug' };
    const attempt = (): unknown => readSettings(env);
    expect(attempt).toThrow(/CAUSEWAY_LEASE_MS: /u);
    expect(attempt).toThrow(/CAUSEWAY_TOKEN: /u);
    expect(attempt).toThrow(/CAUSEWAY_LOG_LEVL: is not known; did you mean CAUSEWAY_LOG_LEVEL\?/u);
    expect(attempt).not.toThrow(/tooshort/u);
  });

  it('leaves variables alone that belong to the file or to the stack', () => {
    const env = { CAUSEWAY_SOURCE_PASSWORD: 'x', CAUSEWAY_STACK: 'native', CAUSEWAY_CACHE: '/c' };
    expect(readSettings(env).followMs).toBe(300);
  });
});

describe('reference pages', () => {
  it('the settings page says what the settings are', async () => {
    await expect(settingsPage()).toMatchFileSnapshot('../docs/reference/settings.md');
  });

  it('the page of the migration file says what the file may hold', async () => {
    await expect(filePage()).toMatchFileSnapshot('../docs/reference/file.md');
  });
});

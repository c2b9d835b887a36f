import { defineConfig } from 'vitest/config';

const minuteMs = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{schemas,connectors,services,deploy}/**/*.test.ts',
            'test/{harness,run,property}/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/target/**'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,fault,end-to-end,types}/**/*.test.ts'],
          globalSetup: ['test/harness/global-setup.ts'],
          // One stack carries one test at a time: the machine is small, and lags are part of what is tested.
          fileParallelism: false,
          testTimeout: 10 * minuteMs,
          hookTimeout: 5 * minuteMs,
          teardownTimeout: 2 * minuteMs,
        },
      },
    ],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Each worker may hold a SQLite database or a server; more of them than cores only makes timing tests slow.
    maxWorkers: '100%',
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 20_000 },
      },
      {
        test: {
          name: 'webview',
          include: ['test/webview/**/*.test.ts'],
          globalSetup: ['test/webview/bundle.ts'],
          // One browser at a time keeps small machines usable.
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          // Every file starts its own VS Code and browser.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

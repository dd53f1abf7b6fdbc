import { defineConfig } from 'vitest/config';

/**
 * Unit tests that start many processes (git, other windows), fill a disk, wait for locks or try many schedules: half of the time of all of
 * them, so `npm run check` leaves them out.
 */
const HEAVY = [
  'test/unit/store/processes.test.ts',
  'test/unit/store/disk.test.ts',
  'test/unit/store/lock.test.ts',
  'test/unit/store/damage.test.ts',
  'test/unit/store/victims.test.ts',
  'test/unit/store/olderFile.test.ts',
  'test/unit/app/syncSchedules.test.ts',
  'test/unit/app/syncTakeover.test.ts',
  'test/unit/tools/checkJira.test.ts',
  'test/unit/editor-branch/readHead.test.ts',
];
const EDITOR = 'test/unit/editor*/**/*.test.ts';
const UNIT_LIMITS = { testTimeout: 20_000, hookTimeout: 20_000 };

export default defineConfig({
  test: {
    // Each worker may hold a SQLite database or a server; more of them than cores only makes timing tests slow.
    maxWorkers: '100%',
    projects: [
      {
        // Nothing here replaces a module, so the files may share what they import; that halves the time.
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: [...HEAVY, EDITOR],
          isolate: false,
          ...UNIT_LIMITS,
        },
      },
      {
        // These put a stand-in in the place of 'vscode'.
        test: { name: 'editor', include: [EDITOR], exclude: HEAVY, ...UNIT_LIMITS },
      },
      {
        test: { name: 'heavy', include: HEAVY, ...UNIT_LIMITS },
      },
      {
        // The same tests of the store once more, with a journal beside every file.
        test: {
          name: 'journal',
          include: ['store', 'model', 'network', 'disk', 'processes', 'journal'].map(
            (name) => `test/unit/store/${name}.test.ts`,
          ),
          env: { STORE_WITH_JOURNAL: '1' },
          ...UNIT_LIMITS,
        },
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

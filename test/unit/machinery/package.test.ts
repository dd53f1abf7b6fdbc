import { describe, expect, it } from 'vitest';
import { packageProblems } from '../../../tools/package/contents.ts';

const GOOD = [
  'extension.vsixmanifest',
  '[Content_Types].xml',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/package.nls.de.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/media/icon.png',
  'extension/dist/extension.js',
  'extension/dist/foldJournal.js',
  'extension/dist/sql-wasm.wasm',
  'extension/dist/third-party-notices.txt',
  'extension/dist/webview/view.js',
  'extension/dist/webview/view.css',
  'extension/dist/webview/codicon.css',
  'extension/dist/webview/codicon.ttf',
];

describe('the check of the package', () => {
  it('takes a package with everything in it', () => expect(packageProblems(GOOD)).toEqual([]));

  for (const extra of [
    'extension/src/extension.ts',
    'extension/dist/extension.js.map',
    'extension/node_modules/axios/package.json',
    'extension/.env',
    'extension/tools/start.ts',
    'extension/media/notes.txt',
  ]) {
    it(`refuses ${extra}`, () => {
      expect(packageProblems([...GOOD, extra])).toEqual([`${extra} does not belong in the package`]);
    });
  }

  it('misses a file that the extension loads', () => {
    const without = GOOD.filter((name) => !name.endsWith('.wasm'));
    expect(packageProblems(without)).toHaveLength(1);
  });
});

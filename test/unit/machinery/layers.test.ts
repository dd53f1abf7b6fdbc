import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromRoot } from '../../../tools/support/paths.ts';

/** One forbidden import each: the file it is planted in, the import, the rule that must name it. */
const PLANTED = [
  ['src/core/planted1.ts', 'node:fs', 'core-is-pure'],
  ['src/core/planted2.ts', 'axios', 'core-is-pure'],
  ['src/core/planted3.ts', 'vscode', 'vscode-in-editor'],
  ['src/core/planted4.ts', '../app/planted1.ts', 'core-is-pure'],
  ['src/app/planted1.ts', '../api.ts', 'app-uses-core'],
  ['src/app/planted2.ts', 'axios', 'axios-in-jira'],
  ['src/store/planted1.ts', '../app/planted1.ts', 'store-knows-core'],
  ['src/store/planted2.ts', 'vscode', 'vscode-in-editor'],
  ['src/jira/planted1.ts', '../store/planted1.ts', 'jira-knows-core'],
  ['src/jira/planted2.ts', 'sql.js', 'database-in-store'],
  ['src/jira/planted3.ts', 'proper-lockfile', 'database-in-store'],
  ['src/editor/planted1.ts', '../store/planted1.ts', 'editor-uses-app'],
  ['src/editor/planted2.ts', 'axios', 'axios-in-jira'],
  ['src/protocol/planted1.ts', '../core/records.ts', 'protocol-stands-alone'],
  ['webview-ui/src/planted1.ts', '../../src/core/records.ts', 'view-knows-the-protocol'],
  ['webview-ui/src/planted2.ts', '@vscode/webview-ui-toolkit', 'toolkit-in-kit'],
  ['src/editor/planted3.ts', './planted4.ts', 'no-cycles'],
  ['src/editor/planted5.ts', '../../tools/planted1.ts', 'shipped-code-stands-alone'],
  ['tools/planted1.ts', 'node:fs', undefined],
  ['src/jira/planted4.ts', 'axios', undefined],
  ['src/store/planted3.ts', 'sql.js', undefined],
  ['src/editor/planted6.ts', 'vscode', undefined],
] as const;

/** The other half of the circle above, which is reported once. */
const OTHER_HALF = ['src/editor/planted4.ts', './planted3.ts'] as const;

const Report = v.object({
  summary: v.object({ violations: v.array(v.object({ from: v.string(), rule: v.object({ name: v.string() }) })) }),
});

describe('the layer check', () => {
  let copy: string;
  let broken: ReadonlySet<string>;

  beforeAll(async () => {
    copy = await mkdtemp(path.join(tmpdir(), 'tc-layers-'));
    for (const part of ['src', 'webview-ui/src', '.dependency-cruiser.cjs', 'package.json', 'tsconfig.json']) {
      await cp(fromRoot(part), path.join(copy, part), { recursive: true });
    }
    await symlink(fromRoot('node_modules'), path.join(copy, 'node_modules'), 'junction');
    for (const [file, imported] of [...PLANTED, OTHER_HALF]) {
      await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
      await writeFile(path.join(copy, file), `import * as planted from '${imported}';\nexport { planted };\n`);
    }
    broken = await brokenRules(copy);
  });

  afterAll(() => rm(copy, { recursive: true, force: true }));

  for (const [file, imported, rule] of PLANTED) {
    if (rule === undefined) {
      it(`allows ${imported} in ${file}`, () => {
        expect([...broken].filter((line) => line.startsWith(`${file} `))).toEqual([]);
      });
    } else {
      it(`refuses ${imported} in ${file}`, () => expect([...broken]).toContain(`${file} ${rule}`));
    }
  }
});

/** Runs the check as the lint stage does; lines of `file rule`. */
async function brokenRules(folder: string): Promise<ReadonlySet<string>> {
  const bin = fromRoot('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'webview-ui/src', 'tools'];
  const stdout = await new Promise<string>((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    // A number is the exit code of a run that found something; anything else did not run.
    execFile(process.execPath, args, options, (error, out) =>
      error !== null && typeof error.code !== 'number' ? reject(error) : resolve(out),
    );
  });
  const { violations } = v.parse(Report, JSON.parse(stdout)).summary;
  return new Set(violations.map(({ from, rule }) => `${from} ${rule.name}`));
}

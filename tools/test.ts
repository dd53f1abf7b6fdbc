import { makePackageQuietly } from './package/make.ts';
import { fromRoot, ROOT } from './support/paths.ts';
import { run } from './support/process.ts';
import { hostStages } from './test/hostInBrowser.ts';
import { addUp, programStage, runStages, type Stage, vitestStage } from './test/stages.ts';

/*
 * `npm test`: everything, in one process after another. `--fast` (`npm run check`): what needs no VS Code and no
 * browser. Every stage runs even when an earlier one failed; the last line adds them up.
 */

let packageFile: string | undefined;

/** `--incremental` remembers the last check, so the fast loop stays fast. */
function types(name: string, project: string): Stage {
  const memory = fromRoot(`out/types-${name}.tsbuildinfo`);
  return programStage(`types (${name})`, 'typescript/bin/tsc', [
    ...['-p', project, '--incremental', '--tsBuildInfoFile', memory],
  ]);
}

const still: readonly Stage[] = [
  types('extension', '.'),
  programStage('layers', 'dependency-cruiser/bin/dependency-cruise.mjs', [
    ...['--config', '.dependency-cruiser.cjs', 'src', 'webview-ui/src', 'tools', 'test'],
  ]),
  types('view', 'webview-ui'),
  programStage('lint', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings']),
  programStage('unused code', 'knip/bin/knip.js', []),
];

const packaging: Stage = {
  name: 'package',
  run: async () => {
    packageFile = await makePackageQuietly();
    return { passed: 1, failed: 0, output: packageFile };
  },
};

/** A command of this project that passes or fails as a whole. */
function commandStage(name: string, tool: string, ...args: readonly string[]): Stage {
  return {
    name,
    run: async () => {
      const { code, output } = await run(process.execPath, [fromRoot('tools/run.mjs'), tool, ...args], { cwd: ROOT });
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
    },
  };
}

/** The short form of a proof, with another seed each time. */
function proofStage(name: string): Stage {
  return commandStage(`npm run prove:${name} -- --short`, `tools/prove/${name}/main.ts`, '--short');
}

/** That they still measure something; it says nothing of speed. The other parts take minutes, in a real VS Code. */
const MEASURED = ['store', 'stalls', 'sync', 'package'];

const alive: readonly Stage[] = [
  vitestStage('unit, the heavy ones, and the store with a journal', ['heavy', 'journal']),
  proofStage('crash'),
  proofStage('windows'),
  proofStage('sync'),
  packaging,
  vitestStage('webview', ['webview']),
  ...hostStages('newest'),
  ...hostStages('oldest'),
  vitestStage('end to end', ['e2e'], () => (packageFile === undefined ? {} : { TIMECARD_VSIX: packageFile })),
  commandStage('npm start -- --check', 'tools/start.ts', '--check'),
  commandStage(`npm run bench -- ${MEASURED.join(' ')} --short`, 'tools/bench/main.ts', ...MEASURED, '--short'),
];

const fast = process.argv.includes('--fast');
// The first two begin together; unit tests wait a lot, which leaves room for the checks beside them.
const counts = [await runStages([vitestStage('unit', ['unit', 'editor']), ...still], 2)];
if (!fast) counts.push(await runStages(alive));
const { passed, failed } = addUp(counts);
process.exitCode = failed > 0 ? 1 : 0;
console.log(`\n${passed} passed, ${failed} failed`);

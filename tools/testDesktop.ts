import { existsSync } from 'node:fs';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from './support/build.ts';
import { fromRoot, ROOT } from './support/paths.ts';
import { startHostJira } from './test/hostJira.ts';
import { readHostResults } from './test/hostResults.ts';
import { makeHostFolders } from './test/hostWorkspace.ts';
import { type Outcome, runStages } from './test/stages.ts';

/*
 * `npm run test:desktop`: the tests inside VS Code in a desktop VS Code: the one VSCODE_EXECUTABLE names, else one
 * that is downloaded.
 */

async function executable(): Promise<string> {
  const chosen = process.env.VSCODE_EXECUTABLE;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`VSCODE_EXECUTABLE names ${chosen}, which is not there.`);
  }
  try {
    return await downloadAndUnzipVSCode({ cachePath: fromRoot('.vscode-test') });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `VS Code could not be downloaded (${why}). Set VSCODE_EXECUTABLE to an installed VS Code, or run npm run test:host, which needs no download.`,
    );
  }
}

async function runOnDesktop(): Promise<Outcome> {
  const vscodeExecutablePath = await executable();
  await build({ tests: true });
  const folders = await makeHostFolders();
  const jira = await startHostJira();
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: [ROOT, fromRoot('test/host/consumer')],
      extensionTestsPath: fromRoot('out/host/index.js'),
      extensionTestsEnv: { TIMECARD_TEST_RESULTS: folders.results, ...jira.env },
      launchArgs: [
        folders.workspace,
        ...['--user-data-dir', folders.userData],
        '--disable-workspace-trust',
        '--skip-welcome',
        '--skip-release-notes',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    }).catch((error: unknown) => {
      // A failed test ends VS Code with 1 and is in the results; without results the exit itself is the failure.
      if (!existsSync(folders.results)) throw error;
    });
    return await readHostResults(folders.results);
  } finally {
    await jira.stop();
    await folders.remove();
  }
}

const { failed } = await runStages([{ name: 'in a desktop VS Code', run: runOnDesktop }]);
process.exitCode = failed > 0 ? 1 : 0;

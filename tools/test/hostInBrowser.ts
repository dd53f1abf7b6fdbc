import type { Page } from 'playwright-core';
import { build } from '../support/build.ts';
import { fromRoot, ROOT } from '../support/paths.ts';
import { launchBrowser, openWindow } from '../vscode/browser.ts';
import type { VsCodeVersion } from '../vscode/install.ts';
import { startVsCode } from '../vscode/server.ts';
import { startHostJira } from './hostJira.ts';
import { hostLogOf, withLog } from './hostLog.ts';
import { startHostNetwork } from './hostNetwork.ts';
import { readHostResults } from './hostResults.ts';
import { makeHostFolders } from './hostWorkspace.ts';
import type { Outcome, Stage } from './stages.ts';
import { withTokensLooked } from './tokensLeft.ts';

const LIMIT_MS = 300_000;

/** A window that the tests run in; the suites of an odd one carry its name and skip themselves in any other. */
export interface HostWindow {
  readonly name: string;
  readonly hasFolder: boolean;
  readonly isTrusted: boolean;
}

export const USUAL_WINDOW: HostWindow = { name: 'usual', hasFolder: true, isTrusted: true };
export const ODD_WINDOWS: readonly HostWindow[] = [
  { name: 'a window without a folder', hasFolder: false, isTrusted: true },
  { name: 'a window in Restricted Mode', hasFolder: true, isTrusted: false },
];
const HOST_WINDOWS: readonly HostWindow[] = [USUAL_WINDOW, ...ODD_WINDOWS];

/** The suites in every window of one VS Code, a stage each, named by its version. */
export function hostStages(version: VsCodeVersion, windows: readonly HostWindow[] = HOST_WINDOWS): readonly Stage[] {
  const editor = version === 'oldest' ? 'the oldest VS Code' : 'VS Code';
  return windows.map((window) => ({
    name: window === USUAL_WINDOW ? `in ${editor}` : `in ${editor}, ${window.name}`,
    run: () => runHostTestsInBrowser(version, window),
  }));
}

/** Runs test/host/suites inside the extension host of a real VS Code, shown by headless Chromium. */
async function runHostTestsInBrowser(version: VsCodeVersion, window: HostWindow): Promise<Outcome> {
  await build({ tests: true });
  const folders = await makeHostFolders();
  const jira = await startHostJira();
  const network = await startHostNetwork(jira.sites.dataCenter.url);
  const server = await startVsCode({
    version,
    workspaceFolder: folders.workspace,
    userDataDir: folders.userData,
    env: {
      TIMECARD_TEST_RESULTS: folders.results,
      ...jira.env,
      ...network.env,
      ...(window === USUAL_WINDOW ? {} : { TIMECARD_TEST_GREP: window.name }),
    },
    workspaceTrust: !window.isTrusted,
    unpacked: [fromRoot('test/host/consumer')],
    smokeTestDriver: true,
  });
  const browser = await launchBrowser();
  try {
    const url = server.windowUrl(window.hasFolder ? folders.workspace : undefined, {
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: fromRoot('out/host/index.js'),
    });
    const log: string[] = [];
    const code = await exitOf(url, browser, log);
    try {
      const results = await readHostResults(folders.results);
      return await withTokensLooked(withLog(results, hostLogOf(log)), folders, jira.sites);
    } catch (error) {
      throw new Error(`VS Code ended with ${code} and left no results:\n${log.join('\n')}\n${server.output()}`, {
        cause: error,
      });
    }
  } finally {
    await browser.close();
    await server.stop();
    await network.stop();
    await jira.stop();
    await folders.remove();
  }
}

/** Opens the window and resolves with the exit code that its extension host reports. */
async function exitOf(url: string, browser: Parameters<typeof openWindow>[0], log: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`VS Code did not finish within ${LIMIT_MS / 1000} s:\n${log.join('\n')}`)),
      LIMIT_MS,
    );
    const done = (code: unknown) => {
      clearTimeout(limit);
      resolve(typeof code === 'number' ? code : 1);
    };
    const prepare = async (page: Page) => {
      await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) =>
        log.push(`${type}: ${args.map(String).join(' ')}`.slice(0, 2_000)),
      );
      await page.exposeFunction('codeAutomationExit', done);
      page.on('crash', () => reject(new Error('The browser tab crashed')));
    };
    openWindow(browser, url, { prepare, waitForWorkbench: false }).catch(reject);
  });
}

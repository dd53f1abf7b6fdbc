import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DEMO_BRANCH, DEMO_ISSUE, type Demo, startDemo } from './demo/demo.ts';
import { doMainJob, StepFailed } from './demo/mainJob.ts';
import { makePackageQuietly } from './package/make.ts';
import { fromRoot } from './support/paths.ts';
import { launchBrowser, openWindow } from './vscode/browser.ts';

/*
 * `npm start`: a VS Code in the browser with the packaged extension, connected to a simulated Jira, until Ctrl+C.
 * `npm start -- --check`: the main job done by clicks in headless Chromium; exit code 1 names the step that failed.
 */

async function show(): Promise<void> {
  console.log('Packaging the extension …');
  const vsix = await makePackageQuietly();
  const demo = await startDemo({ vsix, deployment: 'cloud', connected: true });
  console.log(whatToTry(demo));
  await untilInterrupted();
  console.log('\nStopping …');
  await demo.stop();
}

function whatToTry({ vscode, jira, repository, signIn }: Demo): string {
  const email = signIn.type === 'apiToken' ? `${signIn.email}, ` : '';
  return `
VS Code is at    ${vscode.url}
Jira (simulated) ${jira.url}   (${email}token ${signIn.token})
Repository       ${repository} on ${DEMO_BRANCH}

Try this:
  1. Open the address above in a browser. It is connected to the simulated Jira already.
  2. Click "Clock in ${DEMO_ISSUE}" at the bottom left: the branch names the issue. Click again to clock out.
  3. Press F1 and run "Timecard: Sync to Jira".
  4. Click the Timecard icon on the left: your time, by day, and that it is in Jira.
  5. Ask Jira itself: curl ${jira.controlUrl}/state

Ctrl+C ends all of it.`;
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function check(): Promise<void> {
  const folder = fromRoot('screenshots/check');
  await rm(folder, { recursive: true, force: true });
  console.log(`Screenshots go to ${path.relative(process.cwd(), folder)}/`);
  const demo = await startDemo({ vsix: await makePackageQuietly(), deployment: 'cloud', connected: false });
  try {
    const browser = await launchBrowser();
    try {
      const page = await openWindow(browser, demo.vscode.url);
      const worklog = await doMainJob(page, demo, folder, console.log);
      console.log(`The worklog in Jira:\n${JSON.stringify(worklog, null, 2)}`);
    } finally {
      await browser.close();
    }
  } finally {
    await demo.stop();
  }
}

try {
  await (process.argv.includes('--check') ? check() : show());
} catch (error) {
  if (error instanceof StepFailed) console.error(`The check failed at the step "${error.step}":`);
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

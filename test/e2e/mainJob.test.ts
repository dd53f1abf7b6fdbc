import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doMainJob } from '../../tools/demo/mainJob.ts';
import { fromRoot } from '../../tools/support/paths.ts';
import { searchArguments, searchFiles } from '../../tools/support/tokenSearch.ts';
import { webviewFrame } from '../../tools/vscode/browser.ts';
import { placesInBrowser } from '../../tools/vscode/pageStorage.ts';
import { untilConnected, useDemo } from './stage.ts';

/* The same clicks on Jira Cloud are `npm start -- --check`, which `npm test` runs too. */
describe('the main job on Data Center', () => {
  const stage = useDemo({ deployment: 'dataCenter', connected: false });

  it('is done by clicks, and Jira holds one worklog', async () => {
    const page = await stage.open();
    const before = Date.now();
    const worklog = await doMainJob(page, stage.demo, fromRoot('screenshots/e2e/data-center'), () => undefined);
    expect(worklog).toMatchObject({ issueKey: 'DEMO-7', timeSpentSeconds: 60, commentText: 'Tracked with Timecard' });
    expect(worklog.started).toBeGreaterThanOrEqual(before - 1_000);
    expect(worklog.started).toBeLessThanOrEqual(Date.now());
  });

  it('leaves the token in no file, in no program’s arguments and in nothing that the browser keeps', async () => {
    const { page, demo } = stage;
    const { token } = demo.signIn;
    const files = await searchFiles(demo.folder, [token]);
    expect(files.found).toEqual([]);
    expect((await searchArguments([token]))?.found ?? []).toEqual([]);
    // What else was typed or done there is found by the same searches.
    const worked = (await searchFiles(demo.folder, ['DEMO-7'])).found.map((file) => basename(file));
    expect(worked).toContain('timecard.sqlite');
    expect((await searchArguments([demo.folder]))?.found ?? ['']).not.toEqual([]);
    // This VS Code keeps its SecretStorage in the page's memory, and the rest of its state in the browser.
    expect(await placesInBrowser(page, token)).toEqual([]);
    expect(await placesInBrowser(page, 'timecard')).toContain('vscode-web-state-db-global/ItemTable');
  });
});

describe('the demo', () => {
  const stage = useDemo({ deployment: 'cloud', connected: true });

  it('is connected in every tab that is opened', async () => {
    for (const tab of ['first', 'second']) {
      const view = webviewFrame(await stage.openSidebar());
      await untilConnected(view);
      // The call to sign in stays in the page, hidden.
      const signedOut = view.getByText('Signed out').filter({ visible: true });
      expect(await signedOut.count(), tab).toBe(0);
    }
  });
});

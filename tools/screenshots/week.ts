/* What the pictures show: some days of somebody's work, and what has become of it in Jira. */
import type { Demo } from '../demo/demo.ts';
import { changeStore, daysAgo, demoRecord, writeRecords } from '../demo/records.ts';

const MINUTE_MS = 60_000;
const BRANCH = 'feature/DEMO-7-checkout';

const voucher = demoRecord({
  ...{ timeIn: daysAgo(1, 13), minutes: 85, issueKey: 'DEMO-4' },
  notes: 'Compare codes without case, with tests',
});

/** Everything that the first sync sends. */
export function writeWeek(demo: Demo): Promise<void> {
  return writeRecords(demo.globalStorage, [
    demoRecord({ timeIn: daysAgo(1, 8, 30), minutes: 15, notes: 'Standup' }),
    demoRecord({
      ...{ timeIn: daysAgo(1, 9), minutes: 125, issueKey: 'PROJ-123', branch: 'bugfix/PROJ-123-login' },
      notes: 'Two accounts with one address: the second one wins.\nReproduced, with a test.',
      externalLink: 'https://example.com/builds/4711',
    }),
    demoRecord({ timeIn: daysAgo(1, 11, 15), minutes: 40, issueKey: 'OPS-2', notes: 'Answered the auditors' }),
    voucher,
    demoRecord({ timeIn: daysAgo(1, 14, 30), minutes: 150, issueKey: 'DEMO-7', branch: BRANCH, notes: 'Saved cards' }),
    demoRecord({ timeIn: daysAgo(2, 9), minutes: 180, issueKey: 'DEMO-7', branch: BRANCH, notes: 'Form for the card' }),
    demoRecord({ timeIn: daysAgo(2, 13), minutes: 240, issueKey: 'PROJ-12', notes: 'Moved six of nine agents' }),
    demoRecord({ timeIn: daysAgo(9, 9), minutes: 240, issueKey: 'DEMO-1', notes: 'Smaller pictures for phones' }),
  ]);
}

/** Somebody shortens a worklog in Jira while its record is edited here. */
export async function changeInJira(demo: Demo): Promise<void> {
  const worklog = demo.jira.state.worklogs('DEMO-4')[0];
  if (worklog === undefined) throw new Error('DEMO-4 has no worklog.');
  demo.jira.editWorklog(worklog.id, { timeSpentSeconds: 3_600 });
  await changeStore(demo.globalStorage, (tx) => {
    const record = tx.record(voucher.id);
    if (record === undefined) throw new Error('The record of DEMO-4 is gone.');
    tx.updateRecord({ ...record, notes: `${record.notes}, and the error text`, updatedAt: Date.now() });
  });
}

/** What was not sent yet, and what runs. */
export function writeLater(demo: Demo): Promise<void> {
  const now = Date.now();
  return writeRecords(demo.globalStorage, [
    demoRecord({ timeIn: now - 170 * MINUTE_MS, minutes: 30, notes: 'Planning' }),
    demoRecord({ timeIn: now - 135 * MINUTE_MS, minutes: 50, issueKey: 'DEMO-3', notes: 'Reproduced with Emma' }),
    {
      ...demoRecord({ timeIn: now - 73 * MINUTE_MS, minutes: 0, issueKey: 'DEMO-7', branch: BRANCH }),
      ...{ timeOut: null, notes: 'Offer the saved card first' },
    },
  ]);
}

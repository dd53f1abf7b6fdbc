import { afterEach, describe, expect, it } from 'vitest';
import { Office } from './office.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Real time throughout: what matters is which of two requests Jira gets done first. */
describe.each(['cloud', 'dataCenter'] as const)('a Jira that stands still for a while (%s)', (deployment) => {
  let office: Office;
  afterEach(() => office.close());

  const open = async (timeoutMs: number) => {
    office = await Office.open(deployment, { sleep: (ms) => pause(ms), timeoutMs });
    return office.finished('DEMO-7');
  };

  it('gets one worklog when it does late what nobody waits for any more', async () => {
    await open(1_500);
    office.jira.faults.add({ kind: 'latency', when: 'before', ms: 4_000, method: 'POST', path: 'worklog', times: 1 });
    expect(await office.window.sync.push(undefined)).toMatchObject({ succeeded: 1, failed: 0 });
    await pause(500);
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
  }, 20_000);

  it('is asked again when its answer itself was slow', async () => {
    await open(1_500);
    office.jira.faults.add({ kind: 'latency', when: 'before', ms: 6_500, method: 'POST', path: 'worklog', times: 1 });
    // Looked for after 1.5 s and twice that; answered at 5.9 s, and then once more from 8.7 s on.
    office.jira.faults.add({ kind: 'latency', when: 'after', ms: 1_400, method: 'GET', path: 'worklog', times: 1 });
    expect(await office.window.sync.push(undefined)).toMatchObject({ succeeded: 1, failed: 0 });
    await pause(2_000);
    expect(office.worklogs('DEMO-7')).toHaveLength(1);
  }, 30_000);
});

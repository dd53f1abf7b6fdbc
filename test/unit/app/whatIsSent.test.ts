// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are the subject
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wishOf } from '../../../src/app/sync/wish.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { Deployment, TimeRecord } from '../../../src/core/records.ts';
import { syncStateOf } from '../../../src/core/syncState.ts';
import { Office } from './office.ts';

const HOUR = 3_600;
const NOON = Date.parse('2026-11-20T11:00:00Z');

describe.each<Deployment>(['cloud', 'dataCenter'])('what is sent to %s', (deployment) => {
  let office: Office;
  const isCloud = deployment === 'cloud';

  beforeEach(async () => {
    office = await Office.open(deployment);
    office.window.clock.ahead = NOON + 30 * 3_600_000 - Date.now();
  });
  afterEach(() => office.close());

  const push = (...ids: string[]) => office.window.sync.push(ids.length === 0 ? undefined : ids);
  const settings = () => office.window.settings;
  const remaining = (key = 'DEMO-7') => office.jira.state.issue(key).remainingSeconds;
  const writes = () => office.jira.state.requests().filter(({ method }) => method !== 'GET');

  /** Some minutes after noon of one day. */
  function worked(afterNoon: number, seconds: number, issueKey = 'DEMO-7', notes = ''): Promise<TimeRecord> {
    const timeIn = NOON + afterNoon * 60_000;
    const source = 'manual' as const;
    return office.window.records.add({ timeIn, timeOut: timeIn + seconds * 1_000, issueKey, notes, source });
  }

  describe('rounding carried over a day', () => {
    beforeEach(() => {
      settings().carry = true;
      settings().roundingValue = { mode: 'nearest', stepMinutes: 15, minimumMinutes: 0 };
    });
    const sent = () => office.worklogs().reduce((sum, { timeSpentSeconds }) => sum + timeSpentSeconds, 0);

    it('keeps many records, sent together over several issues, within a step', async () => {
      const keys = ['DEMO-7', 'PROJ-12', 'PROJ-123', 'OPS-1', 'DEMO-2'];
      const lengths = [480, 500, 611, 1_300, 70, 95, 2_000, 449, 451, 777, 60, 1_111];
      for (const [n, seconds] of lengths.entries()) await worked(n * 40, seconds, keys[n % keys.length]);
      for (let due = -1, before = -2; due !== before; ) {
        before = due;
        due = (await push()).total;
      }
      const real = lengths.reduce((sum, seconds) => sum + seconds, 0);
      expect(Math.abs(sent() - real)).toBeLessThan(900);
      for (const { timeSpentSeconds } of office.worklogs()) expect(timeSpentSeconds % 900).toBe(0);
    });

    it('is off by more without the setting', async () => {
      settings().carry = false;
      for (let n = 0; n < 8; n += 1) await worked(n * 30, 480);
      await push();
      expect(sent()).toBe(8 * 900);
    });

    it('says where the time goes of a record that comes to nothing, and sends nothing for it', async () => {
      await worked(0, 480);
      const second = await worked(30, 300);
      const { succeeded, errors } = await push();
      expect(succeeded).toBe(1);
      expect(errors).toMatchObject([{ recordId: second.id, reason: 'invalid' }]);
      expect(errors[0]?.message).toContain('carried over to the other worklogs of the day');
      await worked(60, 200);
      await push();
      expect(sent()).toBe(900);
    });

    it('makes nothing due that Jira has agreed to, and changes no duration for new notes', async () => {
      const first = await worked(0, 480);
      await push();
      await worked(30, 1_900);
      await push();
      expect(office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds)).toEqual([900, 1_800]);
      expect(syncStateOf(await office.record(first.id))).toBe('synced');
      await office.window.records.update(first.id, { notes: 'Said more' });
      expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
      expect(office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds)).toEqual([900, 1_800]);
      expect(office.worklogs()[0]?.commentText).toBe('Said more');
    });

    it('counts what is decided for one record when the next is decided, before either is sent', async () => {
      settings().roundingValue = { mode: 'up', stepMinutes: 15, minimumMinutes: 0 };
      const late = await worked(60, 60);
      const underWay = new Map<string, number>();
      const secondsOf = async (record: TimeRecord) =>
        (await wishOf(record, { store: office.window.store, settings: settings(), underWay })).content.seconds;
      expect(await secondsOf(late)).toBe(900);
      const early = await worked(0, 16 * 60);
      expect(await secondsOf(early)).toBe(900);
      expect(underWay).toEqual(new Map([late, early].map(({ id }) => [id, 900])));
    });

    it('counts a worklog whose reply was lost as being there, while nobody can look', async () => {
      settings().roundingValue = { mode: 'up', stepMinutes: 15, minimumMinutes: 0 };
      const late = await worked(60, 60);
      office.jira.faults.add({ method: 'POST', path: '/worklog', kind: 'drop', when: 'after', times: 1 });
      office.jira.faults.add({ method: 'GET', path: '/worklog', kind: 'drop', when: 'before' });
      await push();
      expect(syncStateOf(await office.record(late.id))).toBe('unknown');
      office.jira.faults.clear();
      const early = await worked(0, 16 * 60);
      await push(early.id);
      expect(sent()).toBe(1_800);
      await push();
      expect(sent()).toBe(1_800);
    });
  });

  describe('a worklog whose record comes to less than a minute now', () => {
    beforeEach(() => {
      settings().roundingValue = { mode: 'nearest', stepMinutes: 15, minimumMinutes: 0 };
    });
    const minutes = () => office.worklogs().map(({ timeSpentSeconds }) => timeSpentSeconds / 60);
    const cutTo = (record: TimeRecord, seconds: number) =>
      office.window.records.update(record.id, { timeOut: record.timeIn + seconds * 1_000 });

    it('is deleted, once, and the record says why there is none', async () => {
      const record = await worked(0, 480);
      await push();
      await cutTo(record, 300);
      expect((await office.window.preview.of()).lines).toMatchObject([{ does: 'delete', issueKey: 'DEMO-7' }]);
      expect(await push()).toMatchObject({ succeeded: 0, failed: 1, errors: [{ reason: 'invalid' }] });
      expect(office.worklogs()).toEqual([]);
      const after = await office.record(record.id);
      expect(after).toMatchObject({ worklog: null, attempt: 'none', problem: { reason: 'invalid' } });
      expect(after.problem?.message).toContain('no worklogs under a minute');
      const written = writes().length;
      for (let n = 0; n < 2; n += 1) await push();
      expect(writes()).toHaveLength(written);
      expect((await office.window.preview.of()).lines).toMatchObject([{ does: 'tooShort' }]);
      await cutTo(record, 700);
      expect(await push()).toMatchObject({ succeeded: 1 });
      expect(minutes()).toEqual([15]);
    });

    it('is a conflict when it was changed in Jira, and is deleted at the user’s word', async () => {
      const record = await worked(0, 480);
      await push();
      const [worklog] = office.worklogs();
      if (worklog === undefined) throw new Error('nothing was sent');
      office.jira.editWorklog(worklog.id, { timeSpentSeconds: 3_600 });
      await cutTo(record, 300);
      expect(await push()).toMatchObject({ errors: [{ reason: 'conflict' }] });
      expect(minutes()).toEqual([60]);
      await office.window.sync.resolveConflict(record.id, 'mine');
      expect(await push()).toMatchObject({ errors: [{ reason: 'invalid' }] });
      expect(office.worklogs()).toEqual([]);
    });

    it('is deleted as well when the record moved to another issue', async () => {
      const record = await worked(0, 480);
      await push();
      await office.window.records.update(record.id, { issueKey: 'PROJ-12', timeOut: record.timeIn + 300_000 });
      await push();
      expect(office.worklogs()).toEqual([]);
    });

    it('is deleted once when the reply is lost', async () => {
      const record = await worked(0, 480);
      await push();
      await cutTo(record, 300);
      office.jira.faults.add({ method: 'DELETE', path: '/worklog', kind: 'drop', when: 'after', times: 1 });
      expect(await push()).toMatchObject({ errors: [{ reason: 'invalid' }] });
      expect(await office.record(record.id)).toMatchObject({ worklog: null, attempt: 'none' });
      expect(office.worklogs()).toEqual([]);
    });

    it('leaves its time to the others of the day, whose sum stays the real one', async () => {
      settings().carry = true;
      const [first] = [await worked(0, 480), await worked(20, 480), await worked(40, 480)];
      await push();
      expect(minutes()).toEqual([15, 15]);
      await cutTo(first, 240);
      const day = async () => {
        for (let n = 0; n < 3; n += 1) await push();
        return minutes();
      };
      // 4 + 8 + 8 minutes.
      expect(await day()).toEqual([15]);
      expect(await day()).toEqual([15]);
      await worked(60, 720);
      // 32 minutes.
      expect(await day()).toEqual([15, 15]);
    });
  });

  it('the template, with the commits of the stretch', async () => {
    settings().template = '${notes}\nOn ${branch}: ${commits}\nFor ${issue}';
    const plain = await worked(0, 600, 'DEMO-7', 'Paid with a card');
    const { id, timeIn } = await worked(30, 600);
    const commits = [
      { at: timeIn + 1_000, subject: 'Fix *login*' },
      { at: timeIn + 2_000, subject: 'Fix *login*' },
      { at: timeIn + 3_000, subject: 'Test it' },
      { at: timeIn + 600_000, subject: 'Later' },
    ];
    await office.window.store.commit((tx) => {
      const record = tx.record(id);
      if (record !== undefined) tx.updateRecord({ ...record, branch: 'feature/DEMO-7', commits });
    });
    await push();
    const texts = office.worklogs().map(({ commentText }) => commentText.replaceAll('\\', ''));
    expect(texts).toEqual(['Paid with a card\nFor DEMO-7', 'On feature/DEMO-7: Fix *login*; Test it\nFor DEMO-7']);
    expect(syncStateOf(await office.record(plain.id))).toBe('synced');
  });

  describe('the remaining estimate', () => {
    it.each([
      [{ kind: 'auto' }, 15 * HOUR, 14 * HOUR, 16 * HOUR],
      [{ kind: 'leave' }, 16 * HOUR, 16 * HOUR, 16 * HOUR],
      [{ kind: 'new', value: '1d 2h' }, 10 * HOUR, 10 * HOUR, 10 * HOUR],
      [{ kind: 'manual', value: '30m' }, 15.5 * HOUR, 15.5 * HOUR, 16 * HOUR],
    ] as const)('%j is so after adding, changing and deleting', async (estimate, added, changed, deleted) => {
      settings().estimate = estimate;
      const { id, timeIn } = await worked(0, HOUR);
      await push();
      expect(remaining()).toBe(added);
      await office.window.records.update(id, { timeOut: timeIn + 2 * HOUR * 1_000 });
      await push();
      expect(office.worklogs()).toMatchObject([{ timeSpentSeconds: 2 * HOUR }]);
      expect(remaining()).toBe(changed);
      await office.window.records.remove(id, 'delete');
      await push();
      expect(office.worklogs()).toEqual([]);
      expect(remaining()).toBe(deleted);
    });

    it.each([
      { kind: 'new', value: '' },
      { kind: 'manual', value: 'soon' },
    ] as const)('%j is refused before anything leaves, naming the setting', async (estimate) => {
      settings().estimate = estimate;
      const { id } = await worked(0, HOUR);
      const { errors } = await push();
      expect(errors).toMatchObject([{ recordId: id, reason: 'invalid' }]);
      expect(errors[0]?.message).toContain('timecard.jira.estimate');
      expect(writes()).toEqual([]);
      expect(await office.window.store.read((db) => db.attempts({ recordId: id }))).toEqual([]);
      settings().estimate = { kind: 'leave' };
      expect(await push()).toMatchObject({ succeeded: 1 });
    });
  });

  describe('who may see it', () => {
    const developers = { type: 'role', value: 'Developers' } as const;

    it('is set by project when adding and when changing', async () => {
      settings().visibilities = { DEMO: { type: 'group', value: 'jira-developers' } };
      const { id } = await worked(0, HOUR);
      await worked(90, HOUR, 'PROJ-12');
      await push();
      expect(office.worklogs('DEMO-7')[0]?.visibility).toEqual({ type: 'group', value: 'jira-developers' });
      expect(office.worklogs('PROJ-12')[0]?.visibility).toBeNull();
      settings().visibilities = { DEMO: developers };
      await office.window.records.update(id, { notes: 'Again' });
      await push();
      expect(office.worklogs('DEMO-7')[0]?.visibility).toEqual(developers);
    });

    it.each([
      [{ type: 'role', value: 'Nobody' }, 'Role: Nobody does not exist.'],
      [{ type: 'group', value: 'nobody' }, 'Group: nobody does not exist.'],
    ] as const)('%j is refused by Jira, and its setting named', async (visibility, said) => {
      settings().visibilities = { DEMO: visibility };
      const { id } = await worked(0, HOUR);
      const { errors } = await push();
      expect(errors).toMatchObject([{ recordId: id, reason: 'invalid' }]);
      expect(errors[0]?.message).toBe(`${said} Change the setting timecard.jira.visibility.`);
      expect(office.worklogs()).toEqual([]);
    });

    it('is never everybody where the setting cannot be read, and other projects go on', async () => {
      settings().visibility = (project) => {
        if (project !== 'DEMO') return developers;
        throw new TimecardError('invalid', 'The setting timecard.jira.visibility …', { outcome: 'notSent' });
      };
      const { id } = await worked(0, HOUR);
      await worked(90, HOUR, 'PROJ-12');
      expect(await push()).toMatchObject({ succeeded: 1, errors: [{ recordId: id, reason: 'invalid' }] });
      expect(office.worklogs('DEMO-7')).toEqual([]);
      expect(office.worklogs('PROJ-12')[0]?.visibility).toEqual(developers);
      expect(await office.window.store.read((db) => db.attempts({ recordId: id }))).toEqual([]);
      settings().visibility = () => developers;
      expect(await push()).toMatchObject({ total: 1, succeeded: 1 });
    });

    it('holds up no deletion while the setting cannot be read', async () => {
      const { id } = await worked(0, HOUR);
      await push();
      settings().visibility = () => {
        throw new TimecardError('invalid', 'The setting timecard.jira.visibility …', { outcome: 'notSent' });
      };
      await office.window.sync.deleteWorklog(id);
      expect(office.worklogs()).toEqual([]);
    });

    it('may name a group by its id where Jira has ids', async () => {
      const value = '276f955c-63d7-42c8-9520-92d01dca0625';
      settings().visibilities = { DEMO: { type: 'group', value } };
      await worked(0, HOUR);
      const { failed } = await push();
      expect(failed).toBe(isCloud ? 0 : 1);
      const stored = office.worklogs()[0]?.visibility;
      expect(stored).toEqual(isCloud ? { type: 'group', value: 'jira-developers' } : undefined);
    });
  });

  it('nothing that this Jira does not know', async () => {
    settings().visibilities = { DEMO: { type: 'role', value: 'Developers' } };
    settings().estimate = { kind: 'manual', value: '30m' };
    const { id } = await worked(0, HOUR, 'DEMO-7', 'Notes');
    await push();
    await office.window.records.update(id, { notes: 'More' });
    await push();
    await office.window.records.remove(id, 'delete');
    await push();
    const asked = writes().map(({ method, query }) => [method, Object.keys(query).sort()]);
    const always = isCloud ? ['expand', 'notifyUsers'] : [];
    const alsoDeleting = isCloud ? ['notifyUsers'] : [];
    expect(asked).toEqual([
      ['POST', ['adjustEstimate', ...always, 'reduceBy']],
      ['PUT', ['adjustEstimate', ...always]],
      ['DELETE', ['adjustEstimate', 'increaseBy', ...alsoDeleting]],
    ]);
    const bodies = writes().map(({ body }) => Object.keys(Object(body)).sort());
    const fields = ['comment', ...(isCloud ? ['properties'] : []), 'started', 'timeSpentSeconds', 'visibility'];
    expect(bodies.slice(0, 2)).toEqual([fields, fields]);
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DayCheck } from '../../../src/app/dayCheck.ts';
import { Records } from '../../../src/app/records.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import type { Connection, Issue, TimeRecord } from '../../../src/core/records.ts';
import type { Store } from '../../../src/core/storePorts.ts';
import type { Typed } from '../../../src/protocol/edits.ts';
import { parseMessage, ToView } from '../../../src/protocol/messages.ts';
import { openStore } from '../../../src/store/store.ts';
import { quietLog, TestSettings } from '../app/office.ts';
import { site } from './viewSupport.ts';
import { box, shown, take } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { createRowEdits } = await import('../../../src/editor/sidebar/rowEdits.ts');
const { textsOf, understand } = await import('../../../src/editor/sidebar/typedFields.ts');

const WASM = join(dirname(createRequire(import.meta.url).resolve('sql.js')), 'sql-wasm.wasm');
const BERLIN = 'Europe/Berlin';
/** Tuesday, 24 November 2026, 15:00 in Berlin. */
const NOW = Date.parse('2026-11-24T14:00:00Z');

type Answer<T extends ToView['type']> = Extract<ToView, { type: T }>;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Options {
  readonly zone?: string;
  readonly now?: number;
  readonly connections?: readonly Connection[];
  readonly issues?: Partial<Record<'recent' | 'assigned' | 'search', () => Promise<readonly Issue[]>>>;
  /** What saving fails with. */
  readonly trouble?: TimecardError;
}

/** A row's editing over a real store, with a clock that stands still. */
async function desk({ zone = BERLIN, now = NOW, connections = [], issues = {}, trouble }: Options = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'timecard-edits-'));
  const clock = { now: () => now, zone: () => zone };
  const store: Store = await openStore({ folder, wasm: () => readFile(WASM), clock, log: quietLog, watch: false });
  open.push(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const records = new Records({ store, clock, newId: randomUUID, settings: new TestSettings() });
  const posted: ToView[] = [];
  const chosen: string[] = [];
  const services = {
    store,
    records: {
      get: (id: string) => records.get(id),
      update: (id: string, patch: Parameters<Records['update']>[1]) =>
        trouble === undefined ? records.update(id, patch) : Promise.reject(trouble),
    },
    dayCheck: new DayCheck({ store, clock, newId: randomUUID, settings: new TestSettings() }),
    connections: {
      list: async () => connections,
      chooseFor: async (project: string, id: string) => void chosen.push(`${project} ${id}`),
    },
    issues: { recent: async () => [], assigned: async () => [], search: async () => [], ...issues },
  };
  const edits = createRowEdits({ clock, log: quietLog, services: async () => services }, (message) => {
    // What the page would refuse must not be sent.
    expect(parseMessage(ToView, message)).toEqual(message);
    posted.push(message);
    return true;
  });
  let request = 0;
  const answer = <T extends ToView['type']>(type: T): Answer<T> => {
    const found = posted.findLast((message): message is Answer<T> => message.type === type);
    if (found === undefined) throw new Error(`There is no answer "${type}".`);
    return found;
  };
  const begin = async (id: string) => {
    await edits.beginEdit({ type: 'beginEdit', request: ++request, id });
    return answer('editing').typed;
  };
  return {
    records,
    posted,
    chosen,
    edits,
    answer,
    async add(more: Partial<TimeRecord> & { readonly timeIn: number }): Promise<TimeRecord> {
      const seed = { id: randomUUID(), timeOut: null, zone, now, issueKey: null, notes: '', source: 'manual' } as const;
      const record = { ...newRecord({ ...seed, ...more }), ...more };
      await store.commit((tx) => tx.insertRecord(record));
      return record;
    },
    begin,
    async check(id: string, typed: Typed) {
      await edits.check({ type: 'check', request: ++request, id, typed });
      return answer('checked');
    },
    async save(id: string, typed: Typed, began?: Typed) {
      const from = began ?? (await begin(id)) ?? {};
      await edits.save({ type: 'save', request: ++request, id, typed, began: from });
      const { problems, general } = answer('saved');
      return { problems, general };
    },
  };
}

const at = (text: string): number => Date.parse(text);
const MORNING = { timeIn: at('2026-11-24T08:00:30.500Z'), timeOut: at('2026-11-24T09:15:00Z') };

describe('the texts an edit begins with', () => {
  it('are the times of day in the record’s zone, and what else there is', async () => {
    const { add, begin } = await desk();
    const more = { issueKey: 'PROJ-1', notes: 'One\nTwo', externalLink: 'https://example.org/1' };
    const { id } = await add({ ...MORNING, ...more });
    expect(await begin(id)).toEqual({ timeIn: '9:00:30 AM', timeOut: '10:15 AM', ...more });
  });

  it('have the date of an end on another day, and no end while the record runs', async () => {
    const { add, begin } = await desk();
    const late = await add({ timeIn: at('2026-11-23T22:30:00Z'), timeOut: at('2026-11-23T23:30:00Z') });
    expect(await begin(late.id)).toMatchObject({ timeIn: '11:30 PM', timeOut: '2026-11-24 12:30 AM' });
    const running = await add({ timeIn: at('2026-11-24T13:00:00Z') });
    expect(await begin(running.id)).toEqual({ timeIn: '2:00 PM', issueKey: '', notes: '', externalLink: '' });
  });

  it('tell the two hours apart when the clocks go back', async () => {
    const { add, begin } = await desk();
    const { id } = await add({ timeIn: at('2026-10-25T00:30:00Z'), timeOut: at('2026-10-25T01:10:00Z') });
    expect(await begin(id)).toMatchObject({ timeIn: '2:30 AM', timeOut: '2:10 AM +01:00' });
  });

  it('are none for a record that is gone', async () => {
    const { begin } = await desk();
    expect(await begin('nobody')).toBeNull();
  });

  it('are in the user’s zone when this machine does not know the record’s', async () => {
    const { add, begin } = await desk();
    const { id } = await add({ ...MORNING, zone: 'Mars/Olympus' });
    expect(await begin(id)).toMatchObject({ timeIn: '9:00:30 AM' });
  });

  it('mean the record as it is, in every zone and on every day', () => {
    const zones = fc.constantFrom(BERLIN, 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia');
    const start = fc.integer({ min: at('2020-01-01T00:00:00Z') / 1000, max: NOW / 1000 - 90_000 });
    fc.assert(
      fc.property(zones, start, fc.integer({ min: 1, max: 86_400 }), (zone, from, seconds) => {
        const times = { timeIn: from * 1000, timeOut: (from + seconds) * 1000 };
        const seed = { id: 'x', ...times, zone, now: NOW, issueKey: null, notes: '', source: 'manual' } as const;
        const record = newRecord(seed);
        const texts = textsOf(record, zone);
        // Written with a blank more, so that they count as typed.
        const typed = { timeIn: ` ${texts.timeIn}`, timeOut: ` ${texts.timeOut}` };
        const { patch, problems } = understand(record, typed, { zone, now: NOW });
        expect({ patch, problems }).toEqual({ patch: times, problems: {} });
      }),
    );
  });
});

describe('what is typed is checked', () => {
  it('and said how it was understood, with the length', async () => {
    const { add, check } = await desk();
    const { id } = await add(MORNING);
    const { problems, warnings, understood } = await check(id, { timeIn: '9:30', timeOut: '11' });
    expect(problems).toEqual({ timeOut: expect.stringContaining('Type a time such as') });
    expect(understood).toEqual({ timeIn: expect.stringMatching(/^Tue, Nov 24, 2026, 9:30\sAM$/u) });
    expect(warnings).toEqual({});
    const good = await check(id, { timeIn: '9:30' });
    expect(good.understood.timeOut).toMatch(/^Tue, Nov 24, 2026, 10:15\sAM \(0:45\)$/u);
  });

  it('by the rules of the command’s form, each problem beside its field', async () => {
    const { add, check } = await desk();
    const { id } = await add(MORNING);
    const problem = async (typed: Typed) => (await check(id, typed)).problems;
    expect(await problem({ timeIn: '10:15' })).toEqual({ timeIn: 'Must be before the end' });
    expect(await problem({ timeIn: '2026-11-22 10:00' })).toEqual({
      timeIn: 'Must be at most 24 hours before the end',
    });
    expect(await problem({ timeOut: '18:00' })).toEqual({ timeOut: 'Must not be in the future' });
    expect(await problem({ timeOut: '8:00' })).toEqual({ timeOut: 'Must be after the start' });
    expect(await problem({ timeIn: '25:00' })).toEqual({ timeIn: 'There is no such time of day.' });
    expect(await problem({ timeIn: '' })).toEqual({ timeIn: expect.stringContaining('Type a time') });
    expect(await problem({ issueKey: 'the login page' })).toEqual({
      issueKey: 'Must be an issue key such as PROJ-123',
    });
    expect(await problem({ externalLink: 'javascript:alert(1)' })).toEqual({
      externalLink: 'Must be a web address that starts with https:// or http://',
    });
    expect(await problem({ notes: 'x'.repeat(33_000) })).toEqual({
      notes: 'Must be at most 32767 characters long',
    });
  });

  it('and a time that the clocks skip, or have twice, is told', async () => {
    const { add, check } = await desk();
    const spring = await add({ timeIn: at('2026-03-29T00:30:00Z'), timeOut: at('2026-03-29T02:30:00Z') });
    expect((await check(spring.id, { timeIn: '2:30' })).problems.timeIn).toContain('does not exist');
    const autumn = await add({ timeIn: at('2026-10-24T23:30:00Z'), timeOut: at('2026-10-25T03:00:00Z') });
    expect((await check(autumn.id, { timeIn: '2:30' })).understood.timeIn).toContain('this is the first of two');
    const { understood } = await check(autumn.id, { timeIn: '2:30', timeOut: '2:10' });
    expect(understood.timeOut).toContain('(0:40)');
    expect(understood.timeOut).toContain('the second of two');
  });

  it('in the record’s own zone, which is named then', async () => {
    const { add, check } = await desk();
    const { id } = await add({ ...MORNING, zone: 'America/New_York' });
    expect((await check(id, { timeIn: '3:30' })).understood.timeIn).toMatch(/3:30\sAM EST$/u);
  });

  it('and the start of a running record has limits of its own', async () => {
    const { add, check } = await desk();
    const { id } = await add({ timeIn: at('2026-11-24T13:00:00Z') });
    expect((await check(id, { timeIn: '15:30' })).problems.timeIn).toContain('must lie in the past');
    expect((await check(id, { timeIn: '2026-11-22 9:00' })).problems.timeIn).toContain('at most 24 hours');
    expect((await check(id, { timeOut: '14:30' })).problems.timeOut).toContain('still running');
    const { problems, understood } = await check(id, { timeIn: '13:15' });
    expect(problems).toEqual({});
    expect(understood.timeOut).toBeUndefined();
  });

  it('and an overlap is a warning', async () => {
    const { add, check } = await desk();
    await add({ timeIn: at('2026-11-24T09:15:00Z'), timeOut: at('2026-11-24T10:00:00Z'), issueKey: 'PROJ-2' });
    const { id } = await add(MORNING);
    expect((await check(id, {})).warnings).toEqual({});
    const late = await check(id, { timeOut: '10:30' });
    expect(late.problems).toEqual({});
    expect(late.warnings.timeOut).toMatch(/^Overlaps PROJ-2, 10:15/u);
  });

  it('and an address is understood as the issue it is of', async () => {
    const { add, check } = await desk();
    const { id } = await add(MORNING);
    const { understood } = await check(id, { issueKey: 'https://example.atlassian.net/browse/ops-7' });
    expect(understood.issueKey).toBe('OPS-7');
  });
});

describe('saving', () => {
  it('changes what was typed and nothing else, to the millisecond', async () => {
    const { add, save, records } = await desk();
    const { id } = await add({ ...MORNING, notes: 'Before' });
    expect(await save(id, { timeOut: '10:30', notes: ' After \n' })).toEqual({ problems: {}, general: null });
    expect(await records.get(id)).toMatchObject({
      timeIn: MORNING.timeIn,
      timeOut: at('2026-11-24T09:30:00Z'),
      notes: 'After',
    });
  });

  it('of a text as it was leaves the milliseconds', async () => {
    const { add, save, records } = await desk();
    const { id } = await add(MORNING);
    expect(await save(id, { timeIn: '9:00:30 AM', issueKey: 'proj-9' })).toEqual({ problems: {}, general: null });
    expect(await records.get(id)).toMatchObject({ timeIn: MORNING.timeIn, issueKey: 'PROJ-9' });
  });

  it('can take an issue and a link away', async () => {
    const { add, save, records } = await desk();
    const { id } = await add({ ...MORNING, issueKey: 'PROJ-1', externalLink: 'https://example.org' });
    await save(id, { issueKey: ' ', externalLink: '' });
    expect(await records.get(id)).toMatchObject({ issueKey: null, externalLink: null });
  });

  it('moves a record over midnight and back', async () => {
    const { add, save, records } = await desk();
    const { id } = await add({ timeIn: at('2026-11-23T22:00:00Z'), timeOut: at('2026-11-23T22:45:00Z') });
    await save(id, { timeOut: '0:30' });
    expect((await records.get(id))?.timeOut).toBe(at('2026-11-23T23:30:00Z'));
    await save(id, { timeOut: '2026-11-23 23:59' });
    expect((await records.get(id))?.timeOut).toBe(at('2026-11-23T22:59:00Z'));
  });

  it('of a running record changes its start, issue and notes', async () => {
    const { add, save, records } = await desk();
    const { id } = await add({ timeIn: at('2026-11-24T13:00:00Z') });
    await save(id, { timeIn: '13:30', issueKey: 'A1-5', notes: 'Pairing' });
    expect(await records.get(id)).toMatchObject({
      timeIn: at('2026-11-24T12:30:00Z'),
      timeOut: null,
      issueKey: 'A1-5',
      notes: 'Pairing',
    });
  });

  it('keeps nothing when one value does not fit', async () => {
    const { add, save, records } = await desk();
    const { id } = await add(MORNING);
    expect((await save(id, { timeIn: '9:30', issueKey: 'nonsense' })).problems.issueKey).toBeDefined();
    expect(await records.get(id)).toMatchObject(MORNING);
  });

  it('keeps what another window changed in other fields, and overwrites nothing of it in the same', async () => {
    const { add, save, begin, records } = await desk();
    const { id } = await add({ ...MORNING, notes: 'Before' });
    const began = (await begin(id)) ?? {};
    await records.update(id, { notes: 'Theirs', externalLink: 'https://example.org' });
    expect(await save(id, { timeOut: '10:30' }, began)).toEqual({ problems: {}, general: null });
    expect(await records.get(id)).toMatchObject({ notes: 'Theirs', externalLink: 'https://example.org' });
    expect((await save(id, { notes: 'Mine' }, began)).problems).toEqual({
      notes: 'This was changed elsewhere meanwhile.',
    });
    expect((await records.get(id))?.notes).toBe('Theirs');
    expect(await save(id, { notes: 'Theirs' }, began)).toEqual({ problems: {}, general: null });
  });

  it('of a record that was deleted says so', async () => {
    const { add, save, begin, records } = await desk();
    const { id } = await add(MORNING);
    const began = (await begin(id)) ?? {};
    await records.remove(id);
    expect(await save(id, { notes: 'x' }, began)).toEqual({
      problems: {},
      general: 'This record was deleted meanwhile.',
    });
  });

  it('is done when the disk is full: the store writes it later', async () => {
    const trouble = new TimecardError('storageFull', 'The disk is full.');
    const { add, save, answer } = await desk({ trouble });
    const { id } = await add(MORNING);
    expect(await save(id, { notes: 'x' })).toEqual({ problems: {}, general: null });
    expect(answer('said')).toMatchObject({ text: 'The disk is full.', tone: 'error' });
  });

  it('that fails otherwise says why', async () => {
    const { add, save } = await desk({ trouble: new TimecardError('storageBusy', 'Another window is writing.') });
    const { id } = await add(MORNING);
    expect(await save(id, { notes: 'x' })).toEqual({ problems: {}, general: 'Another window is writing.' });
  });

  it('asks which site is meant after it has answered', async () => {
    shown.current = undefined;
    const connections = [site('one', { projectKeys: ['PROJ'] }), site('two', { projectKeys: ['PROJ'] })];
    const { add, edits, begin, posted, chosen } = await desk({ connections });
    const { id } = await add(MORNING);
    const began = (await begin(id)) ?? {};
    const saving = edits.save({ type: 'save', request: 9, id, typed: { issueKey: 'PROJ-3' }, began });
    await box((input) => input.title?.includes('PROJ-3') === true);
    expect(posted.at(-1)).toEqual({ type: 'saved', request: 9, problems: {}, general: null });
    await take('two.example.com');
    await saving;
    expect(chosen).toEqual(['PROJ two']);
  });
});

function issue(key: string, summary: string): Issue {
  const more = { id: key, status: 'To Do', assignee: null, issueType: 'Task', url: '' };
  return { key, summary, statusCategory: 'new', project: key.replace(/-.*/u, ''), ...more };
}

describe('suggestions', () => {
  const keysOf = ({ issues }: Answer<'suggested'>) => issues.map(({ key }) => key);

  it('begin with recent issues, then come assigned ones and what Jira finds, each once', async () => {
    const { edits, posted, answer } = await desk({
      issues: {
        recent: async () => [issue('A-1', 'Login page'), issue('A-2', 'Receipts')],
        assigned: async () => [issue('A-3', 'Login by mail'), issue('A-1', 'Login page')],
        search: async () => [issue('B-9', 'Single sign-on'), issue('A-3', 'Login by mail')],
      },
    });
    await edits.suggest({ type: 'suggest', request: 5, text: ' login ' });
    expect(posted.map((message) => (message.type === 'suggested' ? keysOf(message) : []))).toEqual([
      ['A-1'],
      ['A-1', 'A-3'],
    ]);
    expect(answer('suggested').isBusy).toBe(true);
    await vi.waitFor(() => expect(answer('suggested').isBusy).toBe(false));
    expect(keysOf(answer('suggested'))).toEqual(['A-1', 'A-3', 'B-9']);
  });

  it('never let an older answer replace a newer one, and ask Jira once for a burst of typing', async () => {
    const asked: string[] = [];
    const search = vi.fn(async (...args: unknown[]) => {
      asked.push(String(args[0]));
      return [issue('F-1', String(args[0]))];
    });
    const { edits, posted, answer } = await desk({ issues: { search } });
    const typing = ['lo', 'log', 'logi', 'login'].map((text, index) =>
      edits.suggest({ type: 'suggest', request: index + 1, text }),
    );
    await Promise.all(typing);
    await vi.waitFor(() => expect(answer('suggested').isBusy).toBe(false));
    expect(asked).toEqual(['login']);
    const requests = posted.flatMap((message) => (message.type === 'suggested' ? [message.request] : []));
    expect(requests).toEqual([...requests].sort((a, b) => a - b));
    expect(answer('suggested')).toMatchObject({ request: 4, issues: [{ key: 'F-1', summary: 'login' }] });
  });

  it('offer the key that was typed, also within an address', async () => {
    const { edits, answer } = await desk();
    await edits.suggest({ type: 'suggest', request: 1, text: 'https://example.atlassian.net/browse/OPS-7' });
    expect(keysOf(answer('suggested'))).toEqual(['OPS-7']);
  });

  it('work without Jira and say why they are not more', async () => {
    const offline = () => Promise.reject(new TimecardError('network', 'No way.'));
    const recent = async () => [issue('A-1', 'Login page')];
    const { edits, answer } = await desk({ issues: { recent, assigned: offline, search: offline } });
    await edits.suggest({ type: 'suggest', request: 1, text: '' });
    expect(answer('suggested')).toMatchObject({
      issues: [{ key: 'A-1' }],
      isBusy: false,
      note: 'Jira cannot be reached: recent issues only, or type a key',
    });
  });
});

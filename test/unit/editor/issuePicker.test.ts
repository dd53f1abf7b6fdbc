import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimecardError } from '../../../src/core/errors.ts';
import type { Issue } from '../../../src/core/records.ts';
import type { IssueSource } from '../../../src/editor/issuePicker.ts';
import { pick, shown } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { pickIssue } = await import('../../../src/editor/issuePicker.ts');

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const options = { title: 'Clock in', branchKey: null, offersNone: true };

function issue(key: string): Issue {
  return {
    key,
    id: key,
    summary: 'Some work',
    status: 'To Do',
    statusCategory: 'new',
    assignee: null,
    project: 'P',
    issueType: 'Task',
    url: '',
  };
}

const nothing: IssueSource = {
  recent: async () => [],
  assigned: async () => [],
  search: async () => [],
};

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('the issue picker', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    shown.current = undefined;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is usable before anything has loaded: Enter starts without an issue', async () => {
    const never = new Promise<readonly Issue[]>(() => undefined);
    const picked = pickIssue({ ...nothing, recent: () => never, assigned: () => never }, options, silent);
    expect(pick().busy).toBe(true);
    pick().enter();
    expect(await picked).toBeNull();
  });

  it('takes a pasted address', async () => {
    const picked = pickIssue(nothing, options, silent);
    pick().type('https://example.atlassian.net/browse/ops-77');
    pick().enter();
    expect(await picked).toBe('OPS-77');
  });

  it('searches once for a burst of typing, 300 ms after the last key', async () => {
    const queries: string[] = [];
    const search = async (text: string) => {
      queries.push(text);
      return [issue('DEMO-3')];
    };
    const picked = pickIssue({ ...nothing, search }, options, silent);
    for (const text of ['b', 'ba', 'bas', 'bask']) {
      pick().type(text);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(queries).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(queries).toEqual(['bask']);
    expect(pick().labels).toContain('DEMO-3 Some work');
    pick().hide();
    await expect(picked).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('asks Jira no more often than the typist pauses, and drops every answer that is not wanted any more', async () => {
    const signals: AbortSignal[] = [];
    const search = (_: string, signal?: AbortSignal) => {
      if (signal !== undefined) signals.push(signal);
      return new Promise<readonly Issue[]>(() => undefined);
    };
    const picked = pickIssue({ ...nothing, search }, options, silent);
    let pauses = 0;
    for (let key = 1; key <= 1_000; key += 1) {
      pick().type(`words ${key}`);
      const pausesNow = key % 37 === 0;
      await vi.advanceTimersByTimeAsync(pausesNow ? 301 : 20 + (key % 7) * 40);
      if (pausesNow) pauses += 1;
    }
    expect(pauses).toBe(27);
    expect(signals).toHaveLength(pauses);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    pick().hide();
    await expect(picked).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('shows what Jira has against the user’s own JQL, with the setting’s name, and no other list', async () => {
    const complaint = 'timecard.jira.assignedJql: Error in the JQL Query: Expecting a value. Jira refused this (400).';
    const wrong = () => Promise.reject(new TimecardError('invalid', complaint));
    const picked = pickIssue({ ...nothing, assigned: wrong }, options, silent);
    await settle();
    expect(pick().labels).toEqual(['No issue', complaint]);
    expect(pick().placeholder).not.toContain('reached');
    pick().hide();
    await expect(picked).rejects.toThrow();
  });

  it('drops an answer that comes after something else was typed', async () => {
    const answers = new Map<string, (issues: readonly Issue[]) => void>();
    const search = (text: string) => new Promise<readonly Issue[]>((resolve) => answers.set(text, resolve));
    const picked = pickIssue({ ...nothing, search }, options, silent);
    pick().type('first');
    await vi.advanceTimersByTimeAsync(300);
    pick().type('second');
    await vi.advanceTimersByTimeAsync(300);
    answers.get('second')?.([issue('DEMO-2')]);
    await settle();
    answers.get('first')?.([issue('DEMO-1')]);
    await settle();
    expect(pick().labels).toContain('DEMO-2 Some work');
    expect(pick().labels).not.toContain('DEMO-1 Some work');
    expect(pick().busy).toBe(false);
    pick().hide();
    await expect(picked).rejects.toThrow();
  });

  it('keeps the chosen line when more issues come in', async () => {
    let arrive: (issues: readonly Issue[]) => void = () => undefined;
    const assigned = () =>
      new Promise<readonly Issue[]>((resolve) => {
        arrive = resolve;
      });
    const picked = pickIssue({ ...nothing, recent: async () => [issue('DEMO-1')], assigned }, options, silent);
    await settle();
    const list = pick();
    list.activeItems = list.items.filter(({ label }) => label.startsWith('DEMO-1'));
    arrive([issue('DEMO-9')]);
    await settle();
    list.enter();
    expect(await picked).toBe('DEMO-1');
  });

  it('still offers recent issues without Jira, and says so', async () => {
    const offline = () => Promise.reject(new TimecardError('network', 'No answer.'));
    const picked = pickIssue(
      { recent: async () => [issue('DEMO-1')], assigned: offline, search: offline },
      options,
      silent,
    );
    await settle();
    expect(pick().labels).toContain('DEMO-1 Some work');
    expect(pick().placeholder).toContain('Jira cannot be reached');
    pick().hide();
    await expect(picked).rejects.toThrow();
  });
});

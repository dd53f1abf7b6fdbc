import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Preview } from '../../../src/app/sync/preview.ts';
import { TimecardError } from '../../../src/core/errors.ts';
import type { PreviewLine } from '../../../src/core/sync/preview.ts';
import { pick, shown, watchToasts } from './vscodeStub.ts';

const executed = vi.hoisted(() => [] as string[]);
vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  const executeCommand = async (id: string) => void executed.push(id);
  return { ...stub, commands: { ...stub.commands, executeCommand } };
});
const { reviewSync } = await import('../../../src/editor/syncPreview.ts');
const { reviewNotice } = await import('../../../src/editor/reviewNotice.ts');

const at = (iso: string) => Date.parse(iso);
const silent = { warn: () => undefined };
const usual: PreviewLine = {
  ...{ recordId: 'a', does: 'create', issueKey: 'DEMO-7', summary: 'Checkout $(zap)', zone: 'UTC', day: '2026-11-24' },
  ...{ timeIn: at('2026-11-24T09:00:00Z'), timeOut: at('2026-11-24T10:27:00Z'), otherDayInJira: null },
  ...{ seconds: 5_400, realSeconds: 87 * 60, duplicates: [] },
};
const double: PreviewLine = {
  ...usual,
  recordId: 'b',
  otherDayInJira: '2026-11-25',
  duplicates: [{ from: at('2026-11-24T09:00:00Z'), to: at('2026-11-24T10:30:00Z') }],
};
const nextDay: PreviewLine = { ...usual, recordId: 'c', day: '2026-11-25', summary: null, does: 'update' };

function previewOf(lines: readonly PreviewLine[], unchecked?: TimecardError) {
  const left: string[][] = [];
  const preview = {
    of: async (): Promise<Preview> => ({ lines, unchecked }),
    noteLeftOut: async (ids: readonly string[]) => void left.push([...ids]),
  };
  return { preview, left };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const listed = () => vi.waitFor(() => expect(pick().busy).toBe(false));
/** The list is on the screen with its ticks. */
const ready = async () => {
  await listed();
  await turn();
  await turn();
};

describe('the preview', () => {
  beforeEach(() => {
    shown.current = undefined;
  });

  it('has everything ticked but probable duplicates, and sends what is ticked', async () => {
    const { preview, left } = previewOf([usual, double, nextDay]);
    const reviewed = reviewSync(preview, undefined, silent);
    await ready();
    expect(pick().canSelectMany).toBe(true);
    pick().enter();
    expect(await reviewed).toEqual(['a', 'c']);
    expect(left).toEqual([['b']]);
  });

  it('takes an Enter from before the list was there for no answer', async () => {
    const { preview, left } = previewOf([usual]);
    const reviewed = reviewSync(preview, undefined, silent);
    pick().enter();
    while (pick().busy) await Promise.resolve();
    pick().enter();
    await ready();
    expect(left).toEqual([]);
    pick().enter();
    expect(await reviewed).toEqual(['a']);
  });

  it('says when, how long, which day in Jira and what is there already', async () => {
    const { preview } = previewOf([usual, double, nextDay]);
    const reviewed = reviewSync(preview, undefined, silent);
    await ready();
    const [heading, first, second, nextHeading, third] = pick().items;
    expect([heading?.label, nextHeading?.label]).toEqual(['Tue, Nov 24, 2026', 'Wed, Nov 25, 2026']);
    expect(first?.label).toBe('DEMO-7 Checkout $ (zap)');
    expect(first?.description).toMatch(/^1:30, really 1:27 · 9:00\sAM to 10:27\sAM$/);
    expect(second).toMatchObject({ iconPath: { id: 'warning' } });
    expect(second?.detail).toMatch(
      /^\$\(warning\) Probably already in Jira: 9:00\sAM to 10:30\sAM, logged by you · Jira shows it on Wed, Nov 25, 2026$/,
    );
    expect(third).toMatchObject({ label: 'DEMO-7', detail: 'Changes the worklog in Jira' });
    pick().hide();
    await expect(reviewed).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('sends nothing when it is closed, also while Jira is being asked', async () => {
    let stopped = false;
    const of = (_: unknown, signal?: AbortSignal) =>
      new Promise<Preview>(() => signal?.addEventListener('abort', () => (stopped = true)));
    const reviewed = reviewSync({ of, noteLeftOut: async () => undefined }, undefined, silent);
    pick().enter();
    pick().hide();
    await expect(reviewed).rejects.toMatchObject({ reason: 'cancelled' });
    expect(stopped).toBe(true);
  });

  it('says that duplicates are not marked when Jira could not be asked', async () => {
    const { preview } = previewOf([usual], new TimecardError('network', 'No answer.'));
    const reviewed = reviewSync(preview, undefined, silent);
    await ready();
    expect(pick().placeholder).toContain('could not be asked');
    pick().enter();
    expect(await reviewed).toEqual(['a']);
  });

  it('does not stay on the screen with nothing to show', async () => {
    expect(await reviewSync(previewOf([]).preview, ['x'], silent)).toBeUndefined();
    expect(shown.current?.isShown).toBe(false);
  });
});

describe('the notice of records that are ready', () => {
  it('comes once a day and leads to the preview', async () => {
    const toasts = watchToasts((_, buttons) => buttons[0]);
    let now = at('2026-11-24T12:00:00Z');
    const work: Promise<void>[] = [];
    const start = (_: string, run: () => Promise<void>) => void work.push(run());
    const tell = reviewNotice({ now: () => now, zone: () => 'UTC' }, { start });
    tell(2);
    tell(3);
    now += 24 * 3_600_000;
    tell(1);
    await Promise.all(work);
    expect(toasts.map(({ message }) => message)).toEqual([
      '2 records are ready for Jira.',
      '1 record is ready for Jira.',
    ]);
    expect(executed).toEqual(['timecard.previewSync', 'timecard.previewSync']);
  });
});

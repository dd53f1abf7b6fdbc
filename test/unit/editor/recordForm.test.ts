import { describe, expect, it, vi } from 'vitest';
import { type Reason, TimecardError } from '../../../src/core/errors.ts';

const picks = vi.hoisted(() => ({ left: 0 }));
vi.mock('vscode', async () => {
  const stub = (await import('./vscodeStub.ts')).vscodeStub();
  // Chooses the first item, which saves, a few times; then closes the list.
  const showQuickPick = async (items: readonly unknown[]) => (picks.left-- > 0 ? items[0] : undefined);
  return { ...stub, window: { ...stub.window, showQuickPick } };
});
const { runRecordForm } = await import('../../../src/editor/recordForm.ts');

const START = Date.UTC(2026, 10, 23, 9);
const DRAFT = { timeIn: START, timeOut: START + 3_600_000, zone: 'UTC', issueKey: null, notes: '', externalLink: null };

/** Opens the form and saves up to three times; every time fails with the reason. */
function saveInVain(reason: Reason) {
  picks.left = 3;
  const told: unknown[] = [];
  const form = runRecordForm(DRAFT, {
    title: 'Add a record',
    now: () => START + 7_200_000,
    pickIssue: async () => null,
    overlapsOf: async () => [],
    save: () => Promise.reject(new TimecardError(reason, 'No.')),
    tell: (error) => told.push(error),
  });
  return { form, told };
}

describe('the record form', () => {
  it.each(['storageFull', 'storageReadOnly'] as const)(
    'does not offer to save again what the store keeps until the disk takes it (%s)',
    async (reason) => {
      const { form, told } = saveInVain(reason);
      await form;
      expect(told).toMatchObject([{ reason }]);
    },
  );

  it('stays open when a value does not fit', async () => {
    const { form, told } = saveInVain('invalid');
    await expect(form).rejects.toMatchObject({ reason: 'cancelled' });
    expect(told).toHaveLength(3);
  });
});

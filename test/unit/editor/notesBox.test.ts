import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { box } from './vscodeStub.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { askNotes, fromLine, toLine } = await import('../../../src/editor/notesBox.ts');

describe('notes in a box of one line', () => {
  it('keep their line breaks', () => {
    const line = fc.stringMatching(/^[a-z0-9.,]{1,20}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const notes = lines.join('\n');
        expect(toLine(notes)).not.toContain('\n');
        expect(fromLine(toLine(notes))).toBe(notes);
      }),
    );
  });

  it('come back untouched when they were not changed', async () => {
    const notes = '  indented\r\n\n  twice ';
    const asked = askNotes('Notes', notes);
    (await box()).enter();
    expect(await asked).toBe(notes);
  });

  it('are cancelled by closing the box', async () => {
    const asked = askNotes('Notes', 'old');
    (await box()).hide();
    await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
  });
});

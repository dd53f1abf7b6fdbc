import { l10n } from 'vscode';
import { withoutEnd } from '../core/text.ts';
import { askText, BACK, cancelled } from './quickInput.ts';

const MARK = '↵';

/** Asks for notes in a box of one line, in which line breaks show as ↵. Rejects with `cancelled` when closed. */
export async function askNotes(title: string, notes: string): Promise<string> {
  const before = toLine(notes);
  const after = await askText({
    title,
    value: before,
    prompt: l10n.t('What did you do? This becomes the worklog’s comment. {0} starts a new line.', MARK),
  });
  if (after === BACK) throw cancelled();
  return after === before ? notes : fromLine(after);
}

export function toLine(notes: string): string {
  return notes.replace(/\r?\n/g, ` ${MARK} `);
}

export function fromLine(line: string): string {
  const [first = '', ...rest] = line.split(MARK);
  const lines = [first, ...rest.map((text) => text.replace(/^[ \t]/, ''))];
  return lines
    .map((text, index) => (index === rest.length ? text : withoutEnd(text, ' \t')))
    .join('\n')
    .trim();
}

import * as vscode from 'vscode';
import type { TimeRecord } from '../core/records.ts';
import { formatSpan } from './format.ts';
import { toLine } from './notesBox.ts';
import { choose } from './quickInput.ts';

const SHOWN = 200;

interface RecordList {
  list(filter: { readonly limit: number }): Promise<readonly TimeRecord[]>;
}

export interface RecordQuestion {
  readonly title: string;
  /** Which of the newest records are on offer. */
  readonly suits?: (record: TimeRecord) => boolean;
  /** Said when none is. */
  readonly none: string;
}

/** Lets the user choose one of the newest records; `undefined` (and a word to the user) when none suits. */
export async function pickRecord(records: RecordList, question: RecordQuestion): Promise<TimeRecord | undefined> {
  const listed = (await records.list({ limit: SHOWN })).filter(question.suits ?? (() => true));
  if (listed.length === 0) {
    void vscode.window.showInformationMessage(question.none);
    return undefined;
  }
  const items = listed.map((record) => ({
    label: record.issueKey ?? vscode.l10n.t('No issue'),
    description: formatSpan(record, vscode.l10n.t('running')),
    ...(record.notes === '' ? {} : { detail: toLine(record.notes) }),
    choice: record,
  }));
  return choose(items, { title: question.title, placeholder: vscode.l10n.t('Choose a record') });
}

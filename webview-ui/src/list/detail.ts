/* What an open row shows below its two lines. */
import type { RecordRow } from '../../../src/protocol/rows.ts';
import type { Post } from '../context.ts';
import { el, iconElement, setAttribute, setOptionalText, setShown, setText } from '../dom.ts';
import { clean } from '../format.ts';
import { createButton } from '../kit.ts';
import { stateWord } from '../parts/state.ts';
import { DETAIL_PARTS, type DetailPart, type DetailServices } from './detailParts.ts';
import type { RecordProps } from './words.ts';

const LONGEST_NOTES = 40_000;
const TEXT_MENU = JSON.stringify({ webviewSection: 'detail', preventDefaultContextMenuItems: false });

function createProblem(id: string, { post, editing }: DetailServices): DetailPart {
  const text = el('bdi', 'problem-text');
  const retry = createButton({ look: 'secondary', control: 'retry', onClick: () => post({ type: 'syncOne', id }) });
  const mine = createButton({
    look: 'secondary',
    control: 'useMine',
    onClick: () => post({ type: 'resolve', id, keep: 'mine' }),
  });
  const jira = createButton({
    look: 'secondary',
    control: 'useJira',
    onClick: () => post({ type: 'resolve', id, keep: 'jira' }),
  });
  const edit = createButton({ look: 'secondary', control: 'repair', onClick: () => editing.begin(id) });
  const choice = el('div', 'choice', retry.element, edit.element, mine.element, jira.element);
  const element = el('div', 'problem', text, choice);
  return {
    element,
    update({ record, context: { t } }) {
      const conflict = record.state === 'conflict';
      const failed = record.state === 'failed';
      setAttribute(element, 'data-state', record.state);
      setOptionalText(text, record.problem === null ? null : clean(record.problem.trim(), 4_000));
      retry.update({ label: t('retry') });
      edit.update({ label: t('edit') });
      mine.update({ label: t('useMine') });
      jira.update({ label: t('useJira') });
      setShown(retry.element, failed && record.canSync);
      setShown(edit.element, failed);
      setShown(mine.element, conflict);
      setShown(jira.element, conflict);
      setShown(element, conflict || failed || !text.hidden);
    },
  };
}

/** Only addresses of the web are opened; anything else stays a text. */
function isWebAddress(link: string): boolean {
  return /^https?:\/\/[^\s]+$/iu.test(link) && URL.canParse(link);
}

function createLink(id: string, post: Post): DetailPart {
  const text = el('bdi');
  const button = el('button', 'link', text);
  button.setAttribute('type', 'button');
  button.dataset.control = 'link';
  button.addEventListener('click', () => post({ type: 'openLink', id }));
  const plain = el('bdi', 'plain-link');
  const element = el('div', 'fact', iconElement('link'), button, plain);
  return {
    element,
    update({ record: { externalLink }, context: { t } }) {
      const link = externalLink === null ? '' : clean(externalLink.trim(), 2_000);
      const opens = isWebAddress(link);
      setText(text, opens ? link : '');
      setAttribute(button, 'title', opens ? t('openLink') : null);
      setShown(button, opens);
      setOptionalText(plain, opens ? null : link);
      setShown(element, link !== '');
    },
  };
}

function createFact(icon: string, textOf: (props: RecordProps) => string | null): DetailPart {
  const text = el('bdi');
  const element = el('div', 'fact', iconElement(icon), text);
  return {
    element,
    update(props) {
      setOptionalText(text, textOf(props));
      setShown(element, !text.hidden);
    },
  };
}

/** Start and end to the second, in the record's own zone. */
function exactTimes({ record, context: { times } }: RecordProps): string {
  const { timeIn, timeOut, zone } = record;
  return timeOut === null ? times.exact(timeIn, zone) : times.exactRange(timeIn, timeOut, zone);
}

function syncedText({ record, context: { t, times } }: RecordProps): string | null {
  const at = record.state === 'synced' ? record.lastSyncedAt : null;
  return at === null ? null : t('stateSyncedAt', times.moment(at));
}

function issueText({ issueStatus, summary }: RecordRow, { context: { t } }: RecordProps): string | null {
  const status = issueStatus === null ? null : t('issueStatus', clean(issueStatus, 100));
  const parts = [summary === null ? null : clean(summary, 1_000), status].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('\n');
}

function createNotes(): DetailPart {
  const element = el('bdi', 'whole-notes');
  return {
    element,
    update({ record }) {
      setOptionalText(element, clean(record.notes.trim(), LONGEST_NOTES));
    },
  };
}

function createFacts(): DetailPart {
  const facts = [
    createFact('issues', (props) => issueText(props.record, props)),
    createFact('clock', exactTimes),
    createFact('globe', ({ record, context: { t, snapshot } }) =>
      record.zone === snapshot.zone ? null : t('zone', clean(record.zone, 60)),
    ),
    createFact('git-branch', ({ record, context: { t } }) =>
      record.branch === null ? null : t('branch', clean(record.branch, 300)),
    ),
    createFact('cloud', (props) => syncedText(props) ?? stateWord(props)),
  ];
  return {
    element: el('div', 'facts', ...facts.map(({ element }) => element)),
    update(props) {
      for (const fact of facts) fact.update(props);
    },
  };
}

export interface Detail extends DetailPart {
  readonly id: string;
  dispose(): void;
}

/** The whole record. Made anew whenever a row opens. */
export function createDetail(id: string, services: DetailServices): Detail {
  const { post } = services;
  const parts: readonly DetailPart[] = [
    createProblem(id, services),
    ...DETAIL_PARTS.editor.map((create) => create(id, services)),
    createNotes(),
    createLink(id, post),
    createFacts(),
    ...DETAIL_PARTS.attempts.map((create) => create(id, services)),
  ];
  const element = el('div', 'detail', ...parts.map((part) => part.element));
  element.setAttribute('role', 'gridcell');
  // The row's own menu is for its lines: here are texts to copy and fields to paste into.
  element.setAttribute('data-vscode-context', TEXT_MENU);
  return {
    id,
    element,
    update(props) {
      for (const part of parts) part.update(props);
    },
    dispose() {
      for (const part of parts) part.dispose?.();
    },
  };
}

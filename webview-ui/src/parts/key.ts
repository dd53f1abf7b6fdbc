import type { RecordRow } from '../../../src/protocol/messages.ts';
import type { Context } from '../context.ts';
import { el, setAttribute, setText, type View } from '../dom.ts';
import { clean } from '../format.ts';

interface KeyProps {
  readonly context: Context;
  readonly record: RecordRow;
}

/** The issue key, coloured by the category of the issue's status. */
export function createKey(): View<KeyProps> {
  const element = el('bdi', 'key');
  return {
    element,
    update({ context: { t }, record }) {
      const { issueKey, issueStatus, statusCategory, summary } = record;
      setText(element, issueKey === null ? t('noIssue') : clean(issueKey, 60));
      setAttribute(element, 'data-category', issueKey === null ? 'none' : (statusCategory ?? 'undefined'));
      const about = [summary, issueStatus === null ? null : t('issueStatus', clean(issueStatus, 100))];
      const title = about.filter((text) => text !== null && text !== '').map((text) => clean(text ?? '', 300));
      setAttribute(element, 'title', title.length === 0 ? null : title.join('\n'));
    },
  };
}

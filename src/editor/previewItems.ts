import { l10n } from 'vscode';
import { isDoubtful, type PreviewLine } from '../core/sync/preview.ts';
import { formatClock, formatDay, formatLength } from './format.ts';
import { labelOf } from './statusBar/plainText.ts';

/** A day as a heading (YYYY-MM-DD), or one record under it. */
export type PreviewItem =
  | { readonly day: string }
  | {
      readonly recordId: string;
      readonly label: string;
      readonly description: string;
      /** Empty when there is nothing to remark. */
      readonly detail: string;
      readonly warns: boolean;
    };

/** The lines of a preview by local day, in their order. */
export function previewItems(lines: readonly PreviewLine[]): readonly PreviewItem[] {
  return lines.flatMap((line, index) => {
    const isNewDay = line.day !== lines[index - 1]?.day;
    return [...(isNewDay ? [{ day: line.day }] : []), recordItem(line)];
  });
}

function recordItem(line: PreviewLine): PreviewItem {
  const { recordId, issueKey, summary, timeIn, timeOut, zone } = line;
  const times = l10n.t('{0} to {1}', formatClock(timeIn, zone), formatClock(timeOut, zone));
  const detail = remarks(line).join(' · ');
  return {
    recordId,
    label: labelOf(summary === null ? issueKey : `${issueKey} ${summary}`),
    // What is sent comes first: a narrow list cuts the end.
    description: [...lengthOf(line), times].join(' · '),
    detail: isDoubtful(line) ? `$(warning) ${detail}` : detail,
    warns: isDoubtful(line),
  };
}

function lengthOf({ does, seconds, realSeconds }: PreviewLine): readonly string[] {
  if (does === 'delete') return [];
  const [sent, real] = [formatLength(seconds), formatLength(realSeconds)];
  if (does === 'tooShort') return [real];
  return [sent === real ? sent : l10n.t('{0}, really {1}', sent, real)];
}

function remarks(line: PreviewLine): readonly string[] {
  const { does, duplicates, otherDayInJira, zone } = line;
  const stretches = duplicates.map(({ from, to }) =>
    l10n.t('{0} to {1}', formatClock(from, zone), formatClock(to, zone)),
  );
  return [
    ...(stretches.length === 0 ? [] : [l10n.t('Probably already in Jira: {0}, logged by you', stretches.join(', '))]),
    ...(does === 'tooShort' ? [l10n.t('Less than a minute: Jira does not take it')] : []),
    ...(does === 'delete' ? [l10n.t('The worklog is deleted from Jira')] : []),
    ...(does === 'update' ? [l10n.t('Changes the worklog in Jira')] : []),
    ...(otherDayInJira === null ? [] : [l10n.t('Jira shows it on {0}', formatDay(otherDayInJira))]),
  ];
}

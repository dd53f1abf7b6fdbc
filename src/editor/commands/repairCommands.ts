import * as vscode from 'vscode';
import { invalid } from '../../core/errors.ts';
import type { TimeRecord } from '../../core/records.ts';
import { formatSpan } from '../format.ts';
import { toLine } from '../notesBox.ts';
import { overlapText } from '../overlapText.ts';
import { choose } from '../quickInput.ts';
import type { EditorDeps, Services } from '../services.ts';
import { argument, Id } from './arguments.ts';
import type { Command } from './boundary.ts';
import { recordFor } from './recordCommands.ts';

type RepairCommandId = 'splitRecord' | 'mergeRecords' | 'duplicateRecord';

/** The commands that make two records of one, or one of two. */
export function repairCommands(deps: EditorDeps): Readonly<Record<RepairCommandId, Command>> {
  return {
    splitRecord: async (id, at) => {
      const given = argument('at', Id, at);
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Split a record'),
        none: vscode.l10n.t('There is no record yet.'),
      });
      if (record !== undefined) await split(deps, services, record, given);
    },
    mergeRecords: async (id, otherId) => {
      const other = argument('otherId', Id, otherId);
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Merge two records'),
        suits: (one) => one.timeOut !== null,
        none: vscode.l10n.t('There is no finished record yet.'),
      });
      if (record !== undefined)
        await services.recordEdits.merge(record.id, other ?? (await neighbour(services, record)));
    },
    duplicateRecord: async (id) => {
      const services = await deps.services();
      const record = await recordFor(services, id, {
        title: vscode.l10n.t('Duplicate a record'),
        suits: (one) => one.timeOut !== null,
        none: vscode.l10n.t('There is no finished record yet.'),
      });
      if (record === undefined) return;
      const copy = await services.recordEdits.duplicate(record.id);
      await vscode.commands.executeCommand('timecard.editRecord', copy.id);
    },
  };
}

async function split(
  deps: EditorDeps,
  services: Services,
  record: TimeRecord,
  given: string | undefined,
): Promise<void> {
  const now = deps.clock.now();
  const end = record.timeOut ?? now;
  const at = given === undefined ? await askCut(services, record, end, now) : await instantOf(given);
  await services.recordEdits.split(record.id, at);
}

async function instantOf(given: string): Promise<number> {
  const { parseInstant } = await import('../../core/timeRules.ts');
  return parseInstant('at', given);
}

async function askCut(services: Services, record: TimeRecord, end: number, now: number): Promise<number> {
  const { askTime } = await import('../recordForm.ts');
  const title = vscode.l10n.t('Split {0}', formatSpan(record, vscode.l10n.t('running')));
  const { zone, timeIn } = record;
  const check = (ms: number) => {
    if (ms <= timeIn || ms >= end) throw invalid('at', vscode.l10n.t('It must lie between the start and the end.'));
  };
  const overlap = async (at: number) =>
    overlapText(await services.dayCheck.overlapsOf({ timeIn: at, timeOut: end }, record.id));
  return askTime({ title, prompt: vscode.l10n.t('Where to split'), zone, now, after: timeIn, check, overlap });
}

/** The only neighbour, else the one the user chooses. */
async function neighbour(services: Services, record: TimeRecord): Promise<string> {
  const found = await services.recordEdits.neighbours(record);
  const [only] = found;
  if (only === undefined) {
    const none = vscode.l10n.t('No record on the same issue ends where this one begins, or begins where it ends.');
    throw invalid('id', none);
  }
  if (found.length === 1) return only.id;
  const items = found.map((one) => ({
    label: formatSpan(one, vscode.l10n.t('running')),
    ...(one.notes === '' ? {} : { detail: toLine(one.notes) }),
    choice: one.id,
  }));
  return choose(items, { title: vscode.l10n.t('Merge two records'), placeholder: vscode.l10n.t('Merge with which?') });
}

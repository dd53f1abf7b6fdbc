import { l10n } from 'vscode';
import type { Connections } from '../../app/connections.ts';
import type { DayCheck } from '../../app/dayCheck.ts';
import type { Issues } from '../../app/issues.ts';
import type { Records } from '../../app/records.ts';
import { isZone } from '../../core/days.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { TimeRecord } from '../../core/records.ts';
import type { Store } from '../../core/storePorts.ts';
import type { Typed } from '../../protocol/edits.ts';
import type { ToView } from '../../protocol/messages.ts';
import { errorToast, problemBeside, waitsForDisk } from '../errorText.ts';
import { overlapText } from '../overlapText.ts';
import { settleSiteAfterwards } from '../siteChoice.ts';
import { understoodText } from '../understoodText.ts';
import type { EditHandlers } from './handlers.ts';
import { IssueSuggestions } from './issueSuggestions.ts';
import { type FieldTexts, note, textsOf, touched, type Understood, understand } from './typedFields.ts';

/** What editing a record in its row needs once the database has loaded. */
export interface EditServices {
  readonly records: Pick<Records, 'get' | 'update'>;
  readonly dayCheck: Pick<DayCheck, 'overlapsOf'>;
  readonly connections: Pick<Connections, 'list' | 'chooseFor'>;
  readonly issues: Pick<Issues, 'recent' | 'assigned' | 'search'>;
  readonly store: Pick<Store, 'read'>;
}

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  /** Waits for the database. */
  readonly services: () => Promise<EditServices>;
}

type Saved = Extract<ToView, { type: 'saved' }>;

/**
 * Editing a record in its row: nothing is kept between two messages, so that a reloaded page can go on.
 * @param tell sends a message to the page; false when nobody sees it
 */
export function createRowEdits(deps: Deps, tell: (message: ToView) => boolean): EditHandlers {
  const { clock, log, services } = deps;
  const suggestions = new IssueSuggestions({
    log,
    now: () => clock.now(),
    issues: async () => (await services()).issues,
    tell,
  });
  const contextOf: ContextOf = ({ zone }) => ({ zone: isZone(zone) ? zone : clock.zone(), now: clock.now() });

  return {
    async beginEdit({ request, id }) {
      const record = await (await services()).records.get(id);
      tell({ type: 'editing', request, typed: record === undefined ? null : textsOf(record, contextOf(record).zone) });
    },
    async check({ request, id, typed }) {
      const opened = await services();
      const record = await opened.records.get(id);
      if (record === undefined) return;
      const context = contextOf(record);
      const understood = understand(record, typed, context);
      tell({
        type: 'checked',
        request,
        problems: understood.problems,
        warnings: await warnings(opened, record, understood, context.now),
        understood: await words(opened, understood, { zone: context.zone, withZone: context.zone !== clock.zone() }),
      });
    },
    async save({ request, id, typed, began }) {
      const outcome = await saved(services, { id, typed, began, contextOf }).catch((error: unknown) =>
        failed(error, log),
      );
      tell({ type: 'saved', request, problems: outcome.problems, general: outcome.general });
      if (outcome.said !== undefined) tell({ type: 'said', text: outcome.said, tone: 'error' });
      // Only now: the question for a site must not keep the row waiting.
      if (outcome.issueKey != null) await settleSiteAfterwards((await services()).connections, outcome.issueKey, log);
    },
    suggest: ({ request, text }) => suggestions.typed(request, text),
  };
}

type ContextOf = (record: TimeRecord) => { readonly zone: string; readonly now: number };

interface Outcome extends Pick<Saved, 'problems' | 'general'> {
  /** The issue that was given to the record. */
  readonly issueKey?: string | null;
  /** What else there is to know. */
  readonly said?: string;
}

interface ToSave {
  readonly id: string;
  readonly typed: Typed;
  readonly began: Typed;
  readonly contextOf: ContextOf;
}

async function saved(services: Deps['services'], { id, typed, began, contextOf }: ToSave): Promise<Outcome> {
  const { records } = await services();
  const record = await records.get(id);
  if (record === undefined) return { problems: {}, general: deletedText() };
  const context = contextOf(record);
  const held = textsOf(record, context.zone);
  const changedElsewhere = touched(typed, held).filter((field) => began[field] !== held[field]);
  if (changedElsewhere.length > 0) {
    const text = l10n.t('This was changed elsewhere meanwhile.');
    return { problems: Object.fromEntries(changedElsewhere.map((field) => [field, text])), general: null };
  }
  const { patch, problems } = understand(record, typed, context);
  if (Object.keys(problems).length > 0) return { problems, general: null };
  if (Object.keys(patch).length > 0) await records.update(id, patch);
  return { problems: {}, general: null, ...(patch.issueKey == null ? {} : { issueKey: patch.issueKey }) };
}

/** Where the user is told what went wrong. */
function failed(error: unknown, log: Log): Outcome {
  const text = errorToast(error)?.message ?? '';
  if (problemBeside(error)?.name === 'id') return { problems: {}, general: deletedText() };
  if (asTimecardError(error).reason === 'invalid') {
    const problems: FieldTexts = {};
    note(problems, 'timeIn', error);
    return { problems, general: null };
  }
  log.error('A record could not be saved.', error);
  return waitsForDisk(error) ? { problems: {}, general: null, said: text } : { problems: {}, general: text };
}

function deletedText(): string {
  return l10n.t('This record was deleted meanwhile.');
}

/** Time that another record counts as well; that is allowed. */
async function warnings(
  { dayCheck }: EditServices,
  record: TimeRecord,
  { start, end, patch }: Understood,
  now: number,
): Promise<FieldTexts> {
  const overlap = overlapText(
    await dayCheck.overlapsOf({ timeIn: start.ms, timeOut: end === undefined ? now : end.ms }, record.id),
  );
  if (overlap === undefined) return {};
  return patch.timeOut !== undefined && patch.timeIn === undefined ? { timeOut: overlap } : { timeIn: overlap };
}

/** How what was typed has been understood. */
async function words(
  { store }: EditServices,
  { start, end, patch, problems }: Understood,
  { zone, withZone }: { readonly zone: string; readonly withZone: boolean },
): Promise<FieldTexts> {
  const { issueKey } = patch;
  const issue = issueKey == null ? undefined : await store.read((db) => db.cachedIssue(issueKey));
  return {
    ...(problems.timeIn === undefined ? { timeIn: understoodText(start, { zone }, { withZone }) } : {}),
    ...(problems.timeOut === undefined && end !== undefined
      ? { timeOut: understoodText(end, { zone, after: start.ms }, { withZone }) }
      : {}),
    ...(issueKey == null ? {} : { issueKey: `${issueKey} ${issue?.summary ?? ''}`.trim() }),
  };
}

import type { EditField } from '../../../src/protocol/edits.ts';
import type { AnswerTo, Question, Requests } from '../requests.ts';
import {
  changesOf,
  conflictOf,
  type Draft,
  type EditState,
  FIELDS,
  isTouched,
  stateOf,
  touchedFields,
  withChoice,
  withHeld,
  withTyped,
} from './draft.ts';

/** How long nobody types before it is asked whether it fits, in ms. */
const CHECK_PAUSE_MS = 200;

type Texts = Partial<Record<EditField, string | undefined>>;

/** What there is to show of one record's editing. */
export interface SessionView {
  readonly state: EditState;
  readonly problems: Texts;
  readonly warnings: Texts;
  readonly understood: Texts;
  /** What is wrong with no field of its own. */
  readonly general: string | null;
  readonly saving: boolean;
}

export interface Session {
  readonly id: string;
  view(): SessionView;
  type(field: EditField, text: string): void;
  choose(field: EditField, choice: 'mine' | 'theirs'): void;
  /** Keeps what was typed, or shows why that is not possible. */
  save(): void;
  /** The record may have been changed. */
  refresh(): void;
  dispose(): void;
}

interface Deps {
  readonly requests: Requests;
  /** Something else is to be shown, or kept. */
  readonly changed: () => void;
  readonly saved: () => void;
  /** Saving did not work; `field`: where to look. */
  readonly refused: (text: string | null, field: EditField | undefined) => void;
}

interface Checked {
  readonly problems: Texts;
  readonly warnings: Texts;
  readonly understood: Texts;
}

const NOTHING: Checked = { problems: {}, warnings: {}, understood: {} };

/** Takes the answer to the newest question only. */
function createAsker<Q extends Question>(requests: Requests) {
  let stop = (): void => undefined;
  return {
    ask(question: Q, take: (answer: AnswerTo<Q>) => void): void {
      stop();
      stop = requests.follow(question, (answer) => {
        stop();
        take(answer);
      });
    },
    stop: () => stop(),
  };
}

/** The editing of one record. */
export function createSession(draft: Draft, { requests, changed, saved, refused }: Deps): Session {
  const { id } = draft;
  const begins = createAsker<{ type: 'beginEdit'; id: string }>(requests);
  const checks = createAsker<Extract<Question, { type: 'check' }>>(requests);
  const saves = createAsker<Extract<Question, { type: 'save' }>>(requests);
  let state = stateOf(draft);
  let checked = NOTHING;
  let general: string | null = null;
  let saving = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const check = (): void => {
    clearTimeout(timer);
    checks.ask({ type: 'check', id, typed: changesOf(state).typed }, ({ problems, warnings, understood }) => {
      checked = { problems, warnings, understood };
      changed();
    });
  };
  const refresh = (): void => {
    begins.ask({ type: 'beginEdit', id }, ({ typed }) => {
      state = withHeld(state, typed);
      changed();
      if (typed !== null && !saving) check();
    });
  };
  const fail = (problems: Texts, text: string | null): void => {
    checked = { ...checked, problems };
    general = text;
    changed();
    const field = FIELDS.find((each) => problems[each] !== undefined);
    refused(text ?? (field === undefined ? null : (problems[field] ?? null)), field);
    // What does not fit may be so because the record is another by now.
    refresh();
  };
  const send = (): void => {
    saving = true;
    general = null;
    clearTimeout(timer);
    checks.stop();
    changed();
    saves.ask({ type: 'save', id, ...changesOf(state) }, (answer) => {
      saving = false;
      const isKept = answer.general === null && Object.keys(answer.problems).length === 0;
      if (isKept) saved();
      else fail(answer.problems, answer.general);
    });
  };

  refresh();
  return {
    id,
    view: () => ({ state, ...checked, general, saving }),
    type(field, text) {
      if (saving) return;
      state = withTyped(state, field, text);
      general = null;
      changed();
      clearTimeout(timer);
      timer = setTimeout(check, CHECK_PAUSE_MS);
    },
    choose(field, choice) {
      state = withChoice(state, field, choice);
      changed();
      check();
    },
    save() {
      if (saving || state.held === undefined || state.gone) return;
      const undecided = FIELDS.find((field) => conflictOf(state, field) !== undefined);
      if (undecided !== undefined) refused(null, undecided);
      else if (touchedFields(state).length === 0) saved();
      else send();
    },
    refresh() {
      if (!saving) refresh();
    },
    dispose() {
      clearTimeout(timer);
      for (const asker of [begins, checks, saves]) asker.stop();
    },
  };
}

/** Whether leaving would lose something. */
export function isUnsaved({ state }: SessionView): boolean {
  return FIELDS.some((field) => isTouched(state, field));
}

import { l10n } from 'vscode';
import { asTimecardError, type Reason } from '../core/errors.ts';

/** What the one button of an error toast does. */
export type ErrorAction = 'signIn' | 'editConnection' | 'openJira' | 'retry' | 'showHistory' | 'showLog';

const ACTIONS: Readonly<Record<Reason, ErrorAction | undefined>> = {
  unauthorized: 'signIn',
  scopeMissing: 'signIn',
  signedOut: 'signIn',
  captcha: 'openJira',
  forbidden: 'showHistory',
  issueNotFound: 'showHistory',
  notEditable: 'showHistory',
  timeTrackingOff: 'showHistory',
  worklogLimit: 'showHistory',
  conflict: 'showHistory',
  rateLimited: 'retry',
  network: 'retry',
  storageBusy: 'retry',
  tls: 'editConnection',
  notJira: 'editConnection',
  server: 'showLog',
  storageFull: 'showLog',
  storageReadOnly: 'showLog',
  storageNewer: 'showLog',
  storageDamaged: 'showLog',
  invalid: undefined,
  cancelled: undefined,
};

/** The argument's name, and what is wrong with it. */
const NAMED = /^([A-Za-z][\w.[\]]*): (.+)$/s;

/** About two lines of a toast. */
const TOAST_LENGTH = 180;

export interface ErrorToast {
  readonly message: string;
  readonly action: ErrorAction | undefined;
}

/** How an error is told to the user, or `undefined` when the user ended it and knows. */
export function errorToast(error: unknown): ErrorToast | undefined {
  if (isCancellation(error)) return undefined;
  const { reason, message, outcome } = asTimecardError(error);
  // What may have been saved must be looked for before it is done again.
  const isUnclear = reason === 'storageBusy' && outcome === 'unknown';
  return { message: toastText(sentence(reason, message)), action: isUnclear ? 'showHistory' : ACTIONS[reason] };
}

/** What does not fit, to be shown beside the argument of that name; `undefined` unless the error names one. */
export function problemBeside(error: unknown): { readonly name: string; readonly text: string } | undefined {
  const { reason, message } = asTimecardError(error);
  const [, name, text] = (reason === 'invalid' ? NAMED.exec(message) : null) ?? [];
  return name === undefined || text === undefined ? undefined : { name, text: toastText(capitalized(text)) };
}

/** What the disk would not take is kept and written later; to do it again would do it twice. */
export function waitsForDisk(error: unknown): boolean {
  return ['storageFull', 'storageReadOnly'].includes(asTimecardError(error).reason);
}

/** Whether something ended because the user, or VS Code on their behalf, cancelled it. */
export function isCancellation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('reason' in error && error.reason === 'cancelled') return true;
  return error.name === 'Canceled' || error.name === 'CancellationError' || error.name === 'AbortError';
}

export function actionTitle(action: ErrorAction): string {
  const titles: Record<ErrorAction, string> = {
    signIn: l10n.t('Sign in'),
    editConnection: l10n.t('Edit connection'),
    openJira: l10n.t('Open Jira'),
    retry: l10n.t('Try again'),
    showHistory: l10n.t('Show history'),
    showLog: l10n.t('Show log'),
  };
  return titles[action];
}

/** One line, cut at a word when it would fill more than two lines of a toast. */
export function toastText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= TOAST_LENGTH) return line;
  const start = line.slice(0, TOAST_LENGTH - 1);
  const word = start.lastIndexOf(' ');
  return `${start.slice(0, word > TOAST_LENGTH / 2 ? word : start.length)}…`;
}

/**
 * An `invalid` message begins with the argument's name, which is for callers. A person reads the sentence after it;
 * where that is only a predicate ("must not be in the future"), the field's own name comes before it.
 */
function sentence(reason: Reason, message: string): string {
  if (message === '') return l10n.t('Something went wrong. The log has the details.');
  const named = reason === 'invalid' ? NAMED.exec(message) : null;
  const [, name = '', text = message] = named ?? [];
  const isPredicate = named !== null && /^[a-z]/.test(text) && !beginsWithAddress(text);
  return isPredicate ? `${fieldLabel(name)}: ${text}` : capitalized(text);
}

function fieldLabel(name: string): string {
  const labels: Readonly<Record<string, string>> = {
    timeIn: l10n.t('Start'),
    timeOut: l10n.t('End'),
    issueKey: l10n.t('Issue'),
    notes: l10n.t('Notes'),
    externalLink: l10n.t('Link'),
    link: l10n.t('Link'),
  };
  return labels[name] ?? name;
}

function capitalized(text: string): string {
  return beginsWithAddress(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence may begin with a host or a URL, which keep their own letters. */
function beginsWithAddress(text: string): boolean {
  return /^[^\s.:]+[.:]\S/.test(text);
}

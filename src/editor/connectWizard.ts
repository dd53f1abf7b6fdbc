import * as vscode from 'vscode';
import type { Connections } from '../app/connections.ts';
import { asTimecardError } from '../core/errors.ts';
import { parseJiraAddress } from '../core/jiraAddress.ts';
import type { Credentials, Log, SiteInfo } from '../core/ports.ts';
import type { AuthType, Connection } from '../core/records.ts';
import { errorToast, isCancellation } from './errorText.ts';
import { askText, BACK, type InputStep } from './quickInput.ts';

const TOKEN_PAGE = 'https://id.atlassian.com/manage-profile/security/api-tokens';

type WizardConnections = Pick<Connections, 'detect' | 'add'>;

/** What has been entered; kept while the user goes back and forth. */
interface Draft {
  readonly address: string;
  readonly site: string;
  readonly info: SiteInfo | undefined;
  readonly email: string;
  readonly token: string;
}

type Step = 'address' | 'email' | 'token';

type Next = { readonly step: Step; readonly draft: Draft } | { readonly connection: Connection };

/**
 * Asks for the address, then for what that site needs, signs in and saves. What is wrong is said in the step where it
 * can be put right, with everything typed still there. Rejects with `cancelled` when closed; nothing is saved then.
 * @param address what the first box starts with
 */
export async function connectWizard(connections: WizardConnections, log: Log, address = ''): Promise<Connection> {
  const steps: Record<Step, (draft: Draft) => Promise<Next>> = {
    address: (draft) => askAddress(connections, log, draft),
    email: askEmail,
    token: (draft) => askToken(connections, log, draft),
  };
  let next: Next = { step: 'address', draft: { address, site: '', info: undefined, email: '', token: '' } };
  while (!('connection' in next)) next = await steps[next.step](next.draft);
  return next.connection;
}

/** Asks only for a new token of a connection that is signed out. Rejects with `cancelled` when closed. */
export async function signInAgain(
  connections: WizardConnections,
  log: Log,
  connection: Connection,
): Promise<Connection> {
  let signedIn: Connection | undefined;
  await askText({
    ...tokenStep(connection.authType, connection.jiraUrl),
    title: vscode.l10n.t('Sign in to {0}', hostOf(connection.jiraUrl)),
    accept: async (token, signal) => {
      const credentials = credentialsOf(connection.authType, connection.email ?? '', token);
      const result = await attempt(log, () => connections.add(connection.jiraUrl, credentials, signal));
      if ('problem' in result) return result.problem;
      signedIn = result.value;
      return undefined;
    },
  });
  return signedIn ?? connection;
}

/** The site as a person names it. */
export function hostOf(jiraUrl: string): string {
  return jiraUrl.replace(/^https?:\/\//, '');
}

async function askAddress(connections: WizardConnections, log: Log, draft: Draft): Promise<Next> {
  let found: { readonly site: string; readonly info: SiteInfo } | undefined;
  const text = await askText({
    title: wizardTitle(),
    step: 1,
    totalSteps: authTypeOf(draft) === 'pat' ? 2 : 3,
    prompt: vscode.l10n.t('The address of your Jira. Any page of it will do.'),
    placeholder: 'https://your-site.atlassian.net',
    value: draft.address,
    hint: addressHint,
    accept: async (value, signal) => {
      const result = await attempt(log, () => connections.detect(value, signal));
      if ('problem' in result) return result.problem;
      found = { site: result.value.jiraUrl, info: result.value };
      return undefined;
    },
  });
  const filled = { ...draft, ...found, address: text === BACK ? draft.address : text };
  return { step: authTypeOf(filled) === 'apiToken' ? 'email' : 'token', draft: filled };
}

function addressHint(value: string): vscode.InputBoxValidationMessage | undefined {
  if (value.trim() === '') return undefined;
  try {
    const message = vscode.l10n.t('Connects to {0}', parseJiraAddress(value));
    return { message, severity: vscode.InputBoxValidationSeverity.Info };
  } catch (error) {
    const message = errorToast(error)?.message ?? '';
    return { message, severity: vscode.InputBoxValidationSeverity.Warning };
  }
}

async function askEmail(draft: Draft): Promise<Next> {
  const email = await askText({
    title: wizardTitle(),
    step: 2,
    totalSteps: 3,
    canGoBack: true,
    prompt: vscode.l10n.t('The email address of your Atlassian account at {0}', hostOf(draft.site)),
    placeholder: vscode.l10n.t('you@example.com'),
    value: draft.email,
    accept: (value) =>
      Promise.resolve(
        /^[^\s@:]+@[^\s@:]+$/.test(value.trim())
          ? undefined
          : vscode.l10n.t('Enter an email address, such as you@example.com.'),
      ),
  });
  return email === BACK ? { step: 'address', draft } : { step: 'token', draft: { ...draft, email } };
}

async function askToken(connections: WizardConnections, log: Log, draft: Draft): Promise<Next> {
  const authType = authTypeOf(draft);
  let connection: Connection | undefined;
  const last = authType === 'apiToken' ? 3 : 2;
  const token = await askText({
    ...tokenStep(authType, draft.site),
    step: last,
    totalSteps: last,
    canGoBack: true,
    value: draft.token,
    accept: async (value, signal) => {
      const credentials = credentialsOf(authType, draft.email, value);
      const result = await attempt(log, () => connections.add(draft.site, credentials, signal), refusal(authType));
      if ('problem' in result) return result.problem;
      connection = result.value;
      return undefined;
    },
  });
  if (connection !== undefined) return { connection };
  const back = authType === 'apiToken' ? 'email' : 'address';
  return { step: back, draft: token === BACK ? draft : { ...draft, token } };
}

function tokenStep(authType: AuthType, site: string): InputStep {
  const page = authType === 'apiToken' ? TOKEN_PAGE : `${site}/secure/ViewProfile.jspa`;
  const openPage = {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: vscode.l10n.t('Open the page where tokens are made'),
    press: () => void vscode.env.openExternal(vscode.Uri.parse(page)),
  };
  return {
    title: wizardTitle(),
    password: true,
    buttons: [openPage],
    prompt:
      authType === 'apiToken'
        ? vscode.l10n.t('An API token of your Atlassian account. The button above opens the page to make one.')
        : vscode.l10n.t('A personal access token. Make one in Jira under Profile, Personal Access Tokens.'),
    placeholder: authType === 'apiToken' ? vscode.l10n.t('API token') : vscode.l10n.t('Personal access token'),
  };
}

/** Jira does not tell whether the token or the email address was wrong. */
function refusal(authType: AuthType): string | undefined {
  if (authType !== 'apiToken') return undefined;
  return vscode.l10n.t(
    'Jira did not accept the token. It is mistyped, expired or revoked, or belongs to another email address.',
  );
}

/** @param refused what to say instead of Jira's words when the sign-in was refused */
async function attempt<T>(
  log: Log,
  work: () => Promise<T>,
  refused?: string,
): Promise<{ value: T } | { problem: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('Connecting to Jira failed', error);
    if (refused !== undefined && asTimecardError(error).reason === 'unauthorized') return { problem: refused };
    return { problem: errorToast(error)?.message ?? '' };
  }
}

function credentialsOf(authType: AuthType, email: string, token: string): Credentials {
  return authType === 'apiToken' ? { type: 'apiToken', email, token } : { type: 'pat', token };
}

function authTypeOf(draft: Draft): AuthType {
  return draft.info?.deployment === 'dataCenter' ? 'pat' : 'apiToken';
}

function wizardTitle(): string {
  return vscode.l10n.t('Connect to Jira');
}

import * as vscode from 'vscode';
import type { Connections } from '../app/connections.ts';
import { asTimecardError } from '../core/errors.ts';
import type { Credentials } from '../core/jiraPorts.ts';
import type { Log } from '../core/ports.ts';
import type { AuthType, Connection } from '../core/records.ts';
import { MAX_FAILED_SIGN_INS } from '../core/signInLimit.ts';
import { errorToast, isCancellation } from './errorText.ts';
import type { OAuthStarter } from './oauthStep.ts';
import { cancelled, type InputStep } from './quickInput.ts';
import type { EditorSettings } from './settings.ts';

const TOKEN_PAGE = 'https://id.atlassian.com/manage-profile/security/api-tokens';

/** What signing in needs, in the wizard and later. */
export interface SignInDeps {
  readonly connections: Pick<Connections, 'detect' | 'add' | 'edit'> & OAuthStarter;
  readonly log: Log;
  readonly settings: Pick<
    EditorSettings,
    'sites' | 'suggestedSite' | 'cloudClientId' | 'dataCenterClientId' | 'redirectUri'
  >;
}

export type Attempt<T> = { readonly value: T } | { readonly problem: string; readonly isRefused: boolean };

/** Tries something with the user waiting; cancelling goes on through. */
export async function attempt<T>(log: Log, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('Connecting to Jira failed', error);
    const isRefused = ['unauthorized', 'captcha'].includes(asTimecardError(error).reason);
    return { problem: errorToast(error)?.message ?? '', isRefused };
  }
}

/** The box for a token; its button opens the page where tokens are made. */
export function tokenStep(title: string, authType: AuthType, site: string): InputStep {
  const openPage = {
    iconPath: new vscode.ThemeIcon('link-external'),
    tooltip: vscode.l10n.t('Open the page where tokens are made'),
    press: () => void vscode.env.openExternal(vscode.Uri.parse(tokenPage(authType, site))),
  };
  return {
    title,
    password: true,
    buttons: [openPage],
    prompt:
      authType === 'apiToken'
        ? vscode.l10n.t('An API token of your Atlassian account. The button above opens the page to make one.')
        : vscode.l10n.t('A personal access token. Make one in Jira under Profile, Personal Access Tokens.'),
    placeholder: authType === 'apiToken' ? vscode.l10n.t('API token') : vscode.l10n.t('Personal access token'),
  };
}

/** Refused sign-ins while one wizard is open, for each address; a success ends the wizard. */
export class Refusals {
  private readonly counts = new Map<string, number>();

  /**
   * What to say in the box after one that failed. Jira locks accounts after a few refused sign-ins, so the third one,
   * or a CAPTCHA, ends the wizard: a toast says so, and this throws `cancelled`.
   */
  async after(
    log: Log,
    authType: AuthType,
    site: string,
    work: () => Promise<Connection>,
  ): Promise<Attempt<Connection>> {
    let isCaptcha = false;
    const result = await attempt(log, async () => {
      try {
        return await work();
      } catch (error) {
        isCaptcha = asTimecardError(error).reason === 'captcha';
        throw error;
      }
    });
    if ('value' in result || !result.isRefused) return result;
    const count = (this.counts.get(site) ?? 0) + 1;
    this.counts.set(site, count);
    if (isCaptcha) throw this.stop(log, result.problem, vscode.l10n.t('Open Jira'), site);
    if (count < MAX_FAILED_SIGN_INS) return { ...result, problem: refusal(authType) ?? result.problem };
    const message = vscode.l10n.t(
      'Timecard stopped after three refused tokens: Jira may lock your account. Make a new token, then connect again.',
    );
    throw this.stop(log, message, vscode.l10n.t('Open the token page'), tokenPage(authType, site));
  }

  private stop(log: Log, message: string, button: string, page: string) {
    void sayStopped(message, button, page).catch((error: unknown) => log.error('A page could not be opened', error));
    return cancelled();
  }
}

export function credentialsOf(authType: AuthType, email: string, token: string): Credentials {
  return authType === 'apiToken' ? { type: 'apiToken', email, token } : { type: 'pat', token };
}

export function emailProblem(value: string): string | undefined {
  return /^[^\s@:]+@[^\s@:]+$/.test(value.trim())
    ? undefined
    : vscode.l10n.t('Enter an email address, such as you@example.com.');
}

/** The site as a person names it. */
export function hostOf(jiraUrl: string): string {
  return jiraUrl.replace(/^https?:\/\//, '');
}

async function sayStopped(message: string, button: string, page: string): Promise<void> {
  const answer = await vscode.window.showErrorMessage(message, button);
  if (answer === button) await vscode.env.openExternal(vscode.Uri.parse(page));
}

function tokenPage(authType: AuthType, site: string): string {
  return authType === 'apiToken' ? TOKEN_PAGE : `${site}/secure/ViewProfile.jspa`;
}

/** Jira does not tell whether the token or the email address was wrong. */
function refusal(authType: AuthType): string | undefined {
  if (authType !== 'apiToken') return undefined;
  return vscode.l10n.t(
    'Jira did not accept the token. It is mistyped, expired or revoked, or belongs to another email address.',
  );
}

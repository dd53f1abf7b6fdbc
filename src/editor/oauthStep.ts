import * as vscode from 'vscode';
import type { Connections } from '../app/connections.ts';
import type { OAuthClient, OAuthSignIn } from '../app/oauthSignIn.ts';
import type { Connection } from '../core/records.ts';
import { errorToast } from './errorText.ts';
import { askText, BACK, type InputStep } from './quickInput.ts';

export type OAuthStarter = Pick<Connections, 'beginOAuth'>;

/** The box for the secret of the organisation's own OAuth app. */
export function clientSecretStep(title: string): InputStep {
  return {
    title,
    password: true,
    prompt: vscode.l10n.t('The client secret of your organisation’s OAuth app. It is kept like a token.'),
    placeholder: vscode.l10n.t('Client secret'),
    accept: (value) => Promise.resolve(value.trim() === '' ? vscode.l10n.t('Enter the client secret.') : undefined),
  };
}

/**
 * Signs in with the browser: opens the page and waits until it leads back, or until its last address was pasted.
 * Resolves with the kept connection or `BACK`; rejects with `cancelled` when closed, and with why it failed.
 * @param again the id of the connection that the user signs in to again
 */
export async function signInWithBrowser(
  connections: OAuthStarter,
  jiraUrl: string,
  client: OAuthClient,
  box: Pick<InputStep, 'title' | 'step' | 'totalSteps' | 'canGoBack'>,
  again?: string,
): Promise<Connection | typeof BACK> {
  const signIn = await connections.beginOAuth(jiraUrl, client, again);
  const abort = new AbortController();
  try {
    const finished = signIn.finish(abort.signal);
    // The box below hears of a failure too, but may be closed before.
    finished.catch(() => undefined);
    await vscode.env.openExternal(vscode.Uri.parse(signIn.url));
    const text = await askText({
      ...box,
      prompt: vscode.l10n.t(
        'Finish signing in in the browser. If it ends at a page that cannot be opened, paste its address here.',
      ),
      placeholder: vscode.l10n.t('Waiting for the browser'),
      until: finished,
      accept: async (value) => {
        const problem = pasteProblem(signIn, value);
        if (problem === undefined) await finished;
        return problem;
      },
    });
    return text === BACK ? BACK : await finished;
  } finally {
    abort.abort();
    signIn.dispose();
  }
}

function pasteProblem(signIn: OAuthSignIn, value: string): string | undefined {
  try {
    signIn.paste(value.trim());
    return undefined;
  } catch (error) {
    return errorToast(error)?.message ?? '';
  }
}

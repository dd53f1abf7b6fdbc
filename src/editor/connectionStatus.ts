import * as vscode from 'vscode';
import type { Connection } from '../core/records.ts';
import { signInsStopped, stoppedError } from '../core/signInLimit.ts';
import { toastText } from './errorText.ts';
import { formatMoment } from './format.ts';
import { hostOf } from './signInSteps.ts';

/** What is known of a connection now. */
export interface ConnectionFacts {
  readonly connection: Connection;
  readonly isSignedIn: boolean;
  /** It takes the issues that no site's projects claim. */
  readonly takesTheRest: boolean;
  /** IANA zone that times are shown in. */
  readonly zone: string;
}

export interface ConnectionLine {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** A connection and its state in two lines: where and as whom, then how, since when, and what is wrong. */
export function connectionLine(facts: ConnectionFacts): ConnectionLine {
  const { connection, takesTheRest } = facts;
  const wrong = whatIsWrong(facts);
  const icon = connection.isActive ? (wrong === undefined ? 'pass' : 'warning') : 'circle-slash';
  const whose = connection.displayName ?? connection.email ?? '';
  return {
    label: `$(${icon}) ${hostOf(connection.jiraUrl)}`,
    description: [whose, takesTheRest ? vscode.l10n.t('default') : ''].filter((part) => part !== '').join(' · '),
    detail: [kindOf(connection), wrong ?? lastAnswer(facts)].filter((part) => part !== '').join(' · '),
  };
}

/** `undefined` when all is well, as far as is known. */
function whatIsWrong({ connection, isSignedIn }: ConnectionFacts): string | undefined {
  if (!connection.isActive) return vscode.l10n.t('switched off');
  if (!isSignedIn) return vscode.l10n.t('signed out');
  if (signInsStopped(connection)) return toastText(stoppedError(connection).message);
  return connection.lastProblem === null ? undefined : toastText(connection.lastProblem.message);
}

function kindOf({ deployment, authType }: Connection): string {
  const ways: Readonly<Record<Connection['authType'], string>> = {
    apiToken: vscode.l10n.t('API token'),
    pat: vscode.l10n.t('personal access token'),
    oauth: 'OAuth',
  };
  return `${deployment === 'cloud' ? 'Jira Cloud' : 'Jira Data Center'}, ${ways[authType]}`;
}

function lastAnswer({ connection, zone }: ConnectionFacts): string {
  const { lastSuccessAt } = connection;
  return lastSuccessAt === null ? '' : vscode.l10n.t('last worked {0}', formatMoment(lastSuccessAt, zone));
}

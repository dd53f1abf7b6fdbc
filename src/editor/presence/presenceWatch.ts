import * as vscode from 'vscode';
import type { Presence } from '../../app/presence.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { Disposable, Log } from '../../core/ports.ts';
import { tellAbsence } from './absencePrompt.ts';
import { watchActivity } from './activity.ts';

/** Tells `presence` of every sign of life in this window, and the user of time away. */
export function watchPresence(presence: Presence, log: Pick<Log, 'error'>): Disposable {
  const fail = (error: unknown) => log.error('Time away cannot be asked about', asTimecardError(error));
  const told = presence.onDidAsk(() => void tellAbsence(presence).catch(fail));
  presence.start().catch(fail);
  return vscode.Disposable.from(
    watchActivity(() => presence.seen()),
    told,
  );
}

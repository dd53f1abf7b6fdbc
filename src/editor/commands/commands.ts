import * as vscode from 'vscode';
import type { Disposable } from '../../core/ports.ts';
import { connectWizard } from '../connectWizard.ts';
import { changeAddress } from '../manageConnections.ts';
import { decideAbsence } from '../presence/absencePrompt.ts';
import type { EditorDeps } from '../services.ts';
import { pickConnection, sayConnected, signIn, signInDeps } from '../signIn.ts';
import { type Commands, type ErrorActions, ErrorBoundary, registerCommands } from './boundary.ts';
import { dayCheckCommand } from './dayCheckCommand.ts';
import { earlierCommands } from './earlierCommands.ts';
import { infoCommands, showHistory } from './infoCommands.ts';
import { jiraCommands } from './jiraCommands.ts';
import { manyCommands } from './manyCommands.ts';
import { recordCommands } from './recordCommands.ts';
import { repairCommands } from './repairCommands.ts';
import { timerCommands } from './timerCommands.ts';
import { undoCommand } from './undoCommand.ts';

/** Registers all commands. */
export function createCommands(deps: EditorDeps): {
  readonly boundary: ErrorBoundary;
  readonly disposables: Disposable[];
} {
  const actions = () => errorActions(deps);
  const boundary = new ErrorBoundary(deps.log, actions);
  const timer = timerCommands(deps);
  const many = manyCommands(deps, boundary);
  const earlier = earlierCommands(deps);
  const records = recordCommands(deps, boundary);
  const repair = repairCommands(deps);
  const jira = jiraCommands(deps, boundary, actions);
  const info = infoCommands(deps, boundary);
  const commands: Commands = {
    'timecard.toggle': timer.toggle,
    'timecard.clockIn': timer.clockIn,
    'timecard.clockInOn': timer.clockInOn,
    'timecard.clockOut': timer.clockOut,
    'timecard.clockInAt': earlier.clockInAt,
    'timecard.clockOutAt': earlier.clockOutAt,
    'timecard.clockOutWithNotes': earlier.clockOutWithNotes,
    'timecard.pause': earlier.pause,
    'timecard.resume': earlier.resume,
    'timecard.switchIssue': timer.switchIssue,
    'timecard.editNotes': timer.editNotes,
    'timecard.connect': jira.connect,
    'timecard.manageConnections': jira.manageConnections,
    'timecard.sync': jira.sync,
    'timecard.syncRecord': jira.syncRecord,
    'timecard.previewSync': jira.previewSync,
    'timecard.undoSync': jira.undoSync,
    'timecard.openHistory': info.openHistory,
    'timecard.openHistoryInEditor': info.openHistoryInEditor,
    'timecard.openSyncLog': info.openSyncLog,
    'timecard.addRecord': records.addRecord,
    'timecard.editRecord': records.editRecord,
    'timecard.deleteRecord': records.deleteRecord,
    'timecard.splitRecord': repair.splitRecord,
    'timecard.mergeRecords': repair.mergeRecords,
    'timecard.duplicateRecord': repair.duplicateRecord,
    'timecard.findIssueKeys': many.findIssueKeys,
    'timecard.editRecords': many.editRecords,
    'timecard.checkDays': dayCheckCommand(deps),
    'timecard.undo': undoCommand(deps),
    'timecard.decideAbsence': async () => decideAbsence(deps, await deps.services()),
    'timecard.deleteWorklog': records.deleteWorklog,
    'timecard.resolveConflict': records.resolveConflict,
    'timecard.openIssue': info.openIssue,
    'timecard.openLink': records.openLink,
    'timecard.explainBranch': info.explainBranch,
    'timecard.showSyncLog': info.showSyncLog,
    'timecard.exportSyncLog': info.exportSyncLog,
    'timecard.showLog': info.showLog,
    'timecard.row.openIssue': info.openIssue,
    'timecard.row.sync': jira.syncRecord,
    'timecard.row.edit': records.editRecord,
    'timecard.row.split': repair.splitRecord,
    'timecard.row.duplicate': repair.duplicateRecord,
    'timecard.row.merge': repair.mergeRecords,
    'timecard.row.attempts': info.openSyncLog,
    'timecard.row.deleteWorklog': records.deleteWorklog,
    'timecard.row.delete': records.deleteRecord,
  };
  return { boundary, disposables: registerCommands(commands, boundary) };
}

function errorActions(deps: EditorDeps): ErrorActions {
  return {
    signIn: async () => {
      const { connections } = await deps.services();
      sayConnected(await signIn(signInDeps(deps, connections), connections));
    },
    editConnection: async () => {
      const services = await deps.services();
      const all = await services.connections.list();
      const [only] = all;
      if (only === undefined) return sayConnected(await connectWizard(signInDeps(deps, services.connections)));
      await changeAddress(deps, services, all.length === 1 ? only : await pickConnection(all));
    },
    openJira: async () => {
      const { connections } = await deps.services();
      const connection = await pickConnection(await connections.list());
      await vscode.env.openExternal(vscode.Uri.parse(connection.jiraUrl));
    },
    showHistory,
    showLog: async () => deps.showLog(),
  };
}

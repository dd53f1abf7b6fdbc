/** Every command of the extension; a unit test holds this list equal to the manifest's. */
export const COMMAND_IDS = [
  'timecard.toggle',
  'timecard.clockIn',
  'timecard.clockInOn',
  'timecard.clockOut',
  'timecard.clockInAt',
  'timecard.clockOutAt',
  'timecard.clockOutWithNotes',
  'timecard.pause',
  'timecard.resume',
  'timecard.switchIssue',
  'timecard.editNotes',
  'timecard.connect',
  'timecard.manageConnections',
  'timecard.sync',
  'timecard.syncRecord',
  'timecard.previewSync',
  'timecard.undoSync',
  'timecard.openHistory',
  'timecard.openHistoryInEditor',
  'timecard.openSyncLog',
  'timecard.addRecord',
  'timecard.editRecord',
  'timecard.deleteRecord',
  'timecard.splitRecord',
  'timecard.mergeRecords',
  'timecard.duplicateRecord',
  'timecard.findIssueKeys',
  'timecard.editRecords',
  'timecard.checkDays',
  'timecard.undo',
  'timecard.decideAbsence',
  'timecard.deleteWorklog',
  'timecard.resolveConflict',
  'timecard.openIssue',
  'timecard.openLink',
  'timecard.explainBranch',
  'timecard.showSyncLog',
  'timecard.exportSyncLog',
  'timecard.showLog',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];

/** Context keys that the manifest's `when` and `enablement` clauses use. */
export const CONTEXT_KEYS = ['timecard.running', 'timecard.connected'] as const;
export type ContextKey = (typeof CONTEXT_KEYS)[number];

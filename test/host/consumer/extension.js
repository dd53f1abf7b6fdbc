const vscode = require('vscode');

/** Gives the suite the API as this extension, a stranger to Timecard, gets it. */
exports.activate = (context) => {
  const timecard = vscode.extensions.getExtension('timecard.timecard-for-jira');
  if (!timecard) throw new Error('The dependency is not there');
  return { api: timecard.exports, wasActive: timecard.isActive, storage: context.globalStorageUri.fsPath };
};

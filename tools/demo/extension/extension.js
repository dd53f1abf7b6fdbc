const vscode = require('vscode');

/*
 * The demo's VS Code keeps secrets in the browser tab, so every new tab starts signed out. This extension does what a
 * person would do in the wizard, through the API that Timecard offers to every extension.
 */
exports.activate = async () => {
  const { TIMECARD_DEMO } = process.env;
  if (!TIMECARD_DEMO) return;
  const { jiraUrl, auth } = JSON.parse(TIMECARD_DEMO);
  const timecard = vscode.extensions.getExtension('timecard.timecard-for-jira');
  if (!timecard) throw new Error('Timecard is not installed');
  const { connections } = await timecard.activate();
  try {
    if (await hasWorking(connections, jiraUrl)) return;
    await connections.add({ jiraUrl, auth });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    await vscode.window.showErrorMessage(`The demo could not connect to its Jira at ${jiraUrl}: ${text}`);
  }
};

async function hasWorking(connections, jiraUrl) {
  for (const connection of await connections.list()) {
    if (connection.jiraUrl === jiraUrl && (await connections.test(connection.id)).ok) return true;
  }
  return false;
}

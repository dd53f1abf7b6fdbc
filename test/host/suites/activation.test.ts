import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';

const EXTENSION_ID = 'timecard.timecard-for-jira';

describe('activation', () => {
  it('activates and returns version 1 of the API', async () => {
    const extension = vscode.extensions.getExtension<TimecardApi>(EXTENSION_ID);
    assert.ok(extension, `${EXTENSION_ID} is not there`);
    const api = await extension.activate();
    assert.equal(api.version, 1);
  });

  it('registers every command that the manifest offers', async () => {
    const extension = vscode.extensions.getExtension<TimecardApi>(EXTENSION_ID);
    assert.ok(extension, `${EXTENSION_ID} is not there`);
    await extension.activate();
    const offered: { command: string }[] = extension.packageJSON.contributes.commands;
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = offered.map(({ command }) => command).filter((command) => !registered.has(command));
    assert.ok(offered.length > 0, 'The manifest offers no command');
    assert.deepEqual(missing, []);
  });
});

import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';
import { markdownOf } from '../../../src/editor/statusBar/plainText.ts';
import { displayOn } from '../../../src/editor/statusBar/statusBar.ts';

describe('the status bar', () => {
  it('has one command for a click, which the palette does not repeat', async () => {
    const extension = vscode.extensions.getExtension<TimecardApi>('timecard.timecard-for-jira');
    assert.ok(extension, 'The extension is not there');
    await extension.activate();
    assert.ok((await vscode.commands.getCommands(true)).includes('timecard.toggle'));
    const { commandPalette }: { commandPalette: { command: string; when?: string }[] } =
      extension.packageJSON.contributes.menus;
    assert.equal(commandPalette.find(({ command }) => command === 'timecard.toggle')?.when, 'false');
  });

  it('clocks in and out with one click each, seen through the API', async () => {
    const extension = vscode.extensions.getExtension<TimecardApi>('timecard.timecard-for-jira');
    assert.ok(extension, 'The extension is not there');
    const { timer, records } = await extension.activate();
    if ((await timer.current()) !== undefined) await timer.clockOut();
    await vscode.commands.executeCommand('timecard.toggle');
    const running = await timer.current();
    assert.ok(running, 'Nothing runs after the first click');
    await vscode.commands.executeCommand('timecard.toggle');
    assert.equal(await timer.current(), undefined);
    await records.remove(running.id);
  });

  describe('item', () => {
    let item: vscode.StatusBarItem;

    beforeEach(() => {
      item = vscode.window.createStatusBarItem('timecard.test', vscode.StatusBarAlignment.Left);
    });

    afterEach(() => item.dispose());

    const view = {
      text: '$(stop-circle) DEMO-7 0:05',
      tooltip: '**DEMO-7**',
      accessibleLabel: 'Timecard: Clock out of DEMO-7, running for 0 h 5 min',
      warning: false,
    };

    it('takes the text, a label for screen readers and a tooltip that may run five commands and no HTML', () => {
      displayOn(item).show(view);
      assert.equal(item.text, view.text);
      assert.equal(item.accessibilityInformation?.label, view.accessibleLabel);
      assert.equal(item.backgroundColor, undefined);
      assert.ok(item.tooltip instanceof vscode.MarkdownString);
      assert.equal(item.tooltip.supportHtml ?? false, false);
      assert.deepEqual(item.tooltip.isTrusted, {
        enabledCommands: [
          'timecard.switchIssue',
          'timecard.editNotes',
          'timecard.openHistory',
          'timecard.connect',
          'timecard.decideAbsence',
        ],
      });
    });

    it('turns to the warning colour and back', () => {
      const display = displayOn(item);
      display.show({ ...view, warning: true });
      assert.equal(item.backgroundColor instanceof vscode.ThemeColor, true);
      display.show(view);
      assert.equal(item.backgroundColor, undefined);
    });

    it('keeps its tooltip object while the tooltip stays the same', () => {
      const display = displayOn(item);
      display.show(view);
      const { tooltip } = item;
      display.show({ ...view, text: '$(stop-circle) DEMO-7 0:06' });
      assert.equal(item.tooltip, tooltip);
      assert.equal(item.text, '$(stop-circle) DEMO-7 0:06');
    });
  });

  it('shows text from outside as it is, also to the renderer of VS Code’s own Markdown', async () => {
    const hostile = '<command:timecard.connect> [x](command:timecard.connect) https://evil.example ![y](z) **b** `c`';
    const html = await vscode.commands.executeCommand<string>('markdown.api.render', markdownOf(hostile));
    assert.match(html, /&lt;command:timecard\.connect&gt;/);
    assert.doesNotMatch(html, /<(a|img|strong|code)\b/);
  });
});

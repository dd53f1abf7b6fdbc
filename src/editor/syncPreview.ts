import * as vscode from 'vscode';
import type { Preview, SyncPreview } from '../app/sync/preview.ts';
import type { Log } from '../core/ports.ts';
import { isDoubtful } from '../core/sync/preview.ts';
import { formatDay } from './format.ts';
import { previewItems } from './previewItems.ts';
import { cancelled } from './quickInput.ts';

/** How long the editor may take to show what is ticked, in ms. */
const LONGEST_ECHO_MS = 1_000;

interface Item extends vscode.QuickPickItem {
  readonly recordId?: string;
}

/**
 * Shows what a sync of these records, or of all that is due, would send. Resolves with the ids of those the user leaves
 * chosen, and with `undefined` when there is nothing to show; rejects with `cancelled` when the list was closed.
 * @param again the user named these records, as in `PushOptions`
 */
export async function reviewSync(
  preview: Pick<SyncPreview, 'of' | 'noteLeftOut'>,
  ids: readonly string[] | undefined,
  log: Pick<Log, 'warn'>,
  again = false,
): Promise<readonly string[] | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  const abort = new AbortController();
  try {
    pick.title = vscode.l10n.t('Preview of the sync to Jira');
    pick.placeholder = vscode.l10n.t('Looking for what is in Jira already…');
    pick.canSelectMany = true;
    pick.matchOnDescription = true;
    pick.ignoreFocusOut = true;
    pick.busy = true;
    const hidden = new Promise<never>((_, reject) => {
      pick.onDidHide(() => {
        abort.abort();
        reject(cancelled());
      });
    });
    pick.show();
    const found = await Promise.race([preview.of(ids, abort.signal, again), hidden]);
    if (found.lines.length === 0) return undefined;
    const chosen = await Promise.race([choice(pick, found, log), hidden]);
    const left = found.lines.map(({ recordId }) => recordId).filter((id) => !chosen.includes(id));
    if (left.length > 0) await preview.noteLeftOut(left);
    return chosen;
  } finally {
    pick.dispose();
  }
}

async function choice(
  pick: vscode.QuickPick<Item>,
  { lines, unchecked }: Preview,
  log: Pick<Log, 'warn'>,
): Promise<readonly string[]> {
  const doubtful = new Set(lines.filter(isDoubtful).map(({ recordId }) => recordId));
  const items = previewItems(lines).map(toItem);
  pick.busy = false;
  pick.placeholder = vscode.l10n.t('Choose what goes to Jira; the rest can go later');
  if (unchecked !== undefined) {
    log.warn(`The preview does not know what is in Jira already (${unchecked.reason}): ${unchecked.message}`);
    pick.placeholder = vscode.l10n.t('Jira could not be asked, so what is there already is not marked.');
  }
  pick.items = items;
  const sure = items.filter(({ recordId }) => recordId !== undefined && !doubtful.has(recordId));
  await tick(pick, sure);
  return new Promise((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems.flatMap(({ recordId }) => recordId ?? [])));
  });
}

/**
 * Ticks items and resolves once the editor shows them so: an Enter from before is no answer to what the list says, and
 * until then the editor may report that nothing is ticked.
 */
function tick(pick: vscode.QuickPick<Item>, items: readonly Item[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, items.length === 0 ? 0 : LONGEST_ECHO_MS);
    const echo = pick.onDidChangeSelection((ticked) => {
      if (ticked.length === items.length) done();
    });
    function done(): void {
      clearTimeout(timer);
      echo.dispose();
      resolve();
    }
    pick.selectedItems = items;
  });
}

function toItem(item: ReturnType<typeof previewItems>[number]): Item {
  if ('day' in item) return { label: formatDay(item.day), kind: vscode.QuickPickItemKind.Separator };
  const { recordId, label, description, detail, warns } = item;
  return {
    ...{ recordId, label, description, alwaysShow: false },
    ...(detail === '' ? {} : { detail }),
    ...(warns ? { iconPath: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')) } : {}),
  };
}

import * as vscode from 'vscode';
import { asTimecardError, type TimecardError } from '../core/errors.ts';
import { keyFromUrl, normalizeIssueKey } from '../core/issueKey.ts';
import type { Log } from '../core/ports.ts';
import type { Issue } from '../core/records.ts';
import { isCancellation } from './errorText.ts';
import { type IssueLine, type IssueLists, issueLines, onlyRecentText } from './issueItems.ts';
import { cancelled } from './quickInput.ts';
import { SearchScheduler } from './searchScheduler.ts';

/** Where the picker's issues come from. */
export interface IssueSource {
  search(text: string, signal?: AbortSignal): Promise<readonly Issue[]>;
  assigned(signal?: AbortSignal): Promise<readonly Issue[]>;
  recent(): Promise<readonly Issue[]>;
}

export interface IssuePickerOptions {
  readonly title: string;
  readonly branchKey: string | null;
  /** Whether "No issue" is on offer. */
  readonly offersNone: boolean;
  /** What the box starts with. */
  readonly value?: string;
}

interface Item extends vscode.QuickPickItem {
  readonly issueKey?: string | null;
}

/** Lets the user choose an issue key, or `null` for none. Rejects with `cancelled` when the picker was closed. */
export async function pickIssue(source: IssueSource, options: IssuePickerOptions, log: Log): Promise<string | null> {
  const picker = new IssuePicker(source, options, log);
  try {
    return await picker.run();
  } finally {
    picker.dispose();
  }
}

/** Recent issues are there at once; assigned ones and search results come in while the picker is already usable. */
class IssuePicker {
  private readonly pick = vscode.window.createQuickPick<Item>();
  private readonly closed = new AbortController();
  private lists: IssueLists;
  private readonly scheduler = new SearchScheduler((query, signal) => this.searchFor(query, signal));
  private waitingFor = 0;

  constructor(
    private readonly source: IssueSource,
    options: IssuePickerOptions,
    private readonly log: Log,
  ) {
    const { branchKey, offersNone, value = '' } = options;
    this.lists = {
      query: '',
      typedKey: undefined,
      branchKey,
      offersNone,
      recent: [],
      assigned: [],
      found: [],
      isSearched: false,
      complaint: undefined,
    };
    this.pick.title = options.title;
    this.pick.placeholder = vscode.l10n.t('Type words, a key or an address from Jira');
    this.pick.matchOnDescription = true;
    this.pick.value = value;
  }

  run(): Promise<string | null> {
    return new Promise((resolve, reject) => {
      this.pick.onDidHide(() => reject(cancelled()));
      this.pick.onDidChangeValue((value) => this.typed(value));
      this.pick.onDidAccept(() => {
        const key = this.pick.selectedItems[0]?.issueKey ?? this.pick.activeItems[0]?.issueKey;
        if (key !== undefined) resolve(key);
      });
      this.typed(this.pick.value);
      this.pick.show();
      this.load(
        () => this.source.recent(),
        (recent) => ({ recent }),
      );
      this.load(
        () => this.source.assigned(this.closed.signal),
        (assigned) => ({ assigned }),
        // The one bad argument there is here is the user's own JQL, and the usual list is not what they asked for.
        ({ reason, message }) => (reason === 'invalid' ? { complaint: message } : {}),
      );
    });
  }

  dispose(): void {
    this.scheduler.stop();
    this.closed.abort();
    this.pick.dispose();
  }

  private typed(value: string): void {
    const query = value.trim();
    this.update({ query, typedKey: keyFromUrl(query) ?? normalizeIssueKey(query), found: [], isSearched: false });
    this.scheduler.typed(query);
  }

  /** An answer to what was typed before must not replace the answer to what is typed now. */
  private searchFor(query: string, signal: AbortSignal): void {
    this.load(
      () => this.source.search(query, signal),
      (found) => (signal.aborted ? {} : { found, isSearched: true }),
    );
  }

  private load(
    ask: () => Promise<readonly Issue[]>,
    use: (issues: readonly Issue[]) => Partial<IssueLists>,
    complain: (error: TimecardError) => Partial<IssueLists> = () => ({}),
  ): void {
    this.waitingFor += 1;
    this.pick.busy = true;
    ask()
      .then(
        (issues) => {
          this.update(use(issues));
        },
        (error: unknown) => this.failed(error, complain),
      )
      .finally(() => {
        this.waitingFor -= 1;
        this.pick.busy = this.waitingFor > 0;
      })
      .catch((error: unknown) => this.log.error('The issue picker failed', error));
  }

  /** Without Jira the picker still offers what this machine knows, and says why that is all. */
  private failed(error: unknown, complain: (error: TimecardError) => Partial<IssueLists>): void {
    if (isCancellation(error) || this.closed.signal.aborted) return;
    const known = asTimecardError(error);
    const { reason, message } = known;
    this.log.warn(`Issues could not be loaded (${reason}): ${message}`);
    const complaint = complain(known);
    if (Object.keys(complaint).length > 0) {
      this.update(complaint);
      return;
    }
    this.pick.placeholder = onlyRecentText(reason);
  }

  private update(change: Partial<IssueLists>): void {
    if (this.closed.signal.aborted) return;
    this.lists = { ...this.lists, ...change };
    const active = this.pick.activeItems[0];
    const items = issueLines(this.lists).map(toItem);
    this.pick.keepScrollPosition = true;
    this.pick.items = items;
    const same = change.query === undefined && items.find((item) => isSame(item, active));
    if (same) this.pick.activeItems = [same];
  }
}

function isSame(item: Item, active: Item | undefined): boolean {
  return active !== undefined && item.issueKey !== undefined && item.issueKey === active.issueKey;
}

function toItem(line: IssueLine): Item {
  if ('message' in line) return { label: line.message, alwaysShow: true };
  if ('heading' in line) return { label: line.heading, kind: vscode.QuickPickItemKind.Separator };
  return {
    label: line.label,
    description: line.description ?? '',
    iconPath: new vscode.ThemeIcon(line.icon, line.color === undefined ? undefined : new vscode.ThemeColor(line.color)),
    alwaysShow: line.always,
    issueKey: line.issueKey,
  };
}

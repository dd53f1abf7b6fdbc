/*
 * The little of VS Code that wizards and pickers need, driven by a test instead of a person. Boxes behave as VS
 * Code's: hiding or disposing ends them, and only what is shown can be typed into.
 */

type Listener<T> = (value: T) => void;

class Emitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}

class Input {
  title: string | undefined;
  step: number | undefined;
  totalSteps: number | undefined;
  placeholder: string | undefined;
  prompt: string | undefined;
  enabled = true;
  busy = false;
  ignoreFocusOut = false;
  password = false;
  buttons: readonly unknown[] = [];
  validationMessage: string | { message: string; severity: number } | undefined;
  isShown = false;
  value = '';
  private readonly hidden = new Emitter<void>();
  private readonly accepted = new Emitter<void>();
  private readonly changed = new Emitter<string>();
  private readonly pressed = new Emitter<unknown>();
  readonly onDidHide = this.hidden.event;
  readonly onDidAccept = this.accepted.event;
  readonly onDidChangeValue = this.changed.event;
  readonly onDidTriggerButton = this.pressed.event;

  show(): void {
    this.isShown = true;
    shown.current = this;
    shown.count += 1;
  }

  hide(): void {
    if (!this.isShown) return;
    this.isShown = false;
    this.hidden.fire();
  }

  dispose(): void {
    this.hide();
  }

  type(text: string): void {
    this.value = text;
    this.changed.fire(text);
  }

  enter(): void {
    this.accepted.fire();
  }

  press(button: unknown): void {
    this.pressed.fire(button);
  }

  get message(): string {
    const { validationMessage } = this;
    return typeof validationMessage === 'string' ? validationMessage : (validationMessage?.message ?? '');
  }
}

export interface StubItem {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly kind?: number;
}

class Pick extends Input {
  activeItems: readonly StubItem[] = [];
  private ticked: readonly StubItem[] = [];
  private readonly tickWatches = new Set<(ticked: readonly StubItem[]) => void>();
  canSelectMany = false;
  keepScrollPosition = false;
  matchOnDescription = false;
  private all: readonly StubItem[] = [];

  get items(): readonly StubItem[] {
    return this.all;
  }

  /** VS Code makes the first item active when items are set. */
  set items(items: readonly StubItem[]) {
    this.all = items;
    this.activeItems = items.filter(({ kind }) => kind === undefined).slice(0, 1);
    this.echo([]);
  }

  get selectedItems(): readonly StubItem[] {
    return this.ticked;
  }

  set selectedItems(items: readonly StubItem[]) {
    this.ticked = items;
    this.echo(items);
  }

  onDidChangeSelection(watch: (ticked: readonly StubItem[]) => void) {
    this.tickWatches.add(watch);
    return { dispose: () => this.tickWatches.delete(watch) };
  }

  /** What the window shows comes back a little later, new items first without any tick. */
  private echo(ticked: readonly StubItem[]): void {
    setImmediate(() => {
      this.ticked = ticked;
      for (const watch of [...this.tickWatches]) watch(ticked);
    });
  }

  get labels(): readonly string[] {
    return this.all.map(({ label }) => label);
  }
}

export const shown: { current: Input | undefined; count: number } = { current: undefined, count: 0 };
const toasts: { readonly message: string; readonly buttons: readonly string[]; readonly detail?: string }[] = [];
let answer: (message: string, buttons: readonly string[]) => string | undefined = () => undefined;

/** What toasts have said since this was called; `choose` answers them. */
export function watchToasts(choose: typeof answer = () => undefined): typeof toasts {
  toasts.length = 0;
  answer = choose;
  return toasts;
}

/** Only a question that has to be answered has one. */
function detailOf(options: unknown): { readonly detail?: string } {
  const isModal = typeof options === 'object' && options !== null && 'detail' in options;
  return isModal && typeof options.detail === 'string' ? { detail: options.detail } : {};
}

async function toast(message: string, ...rest: readonly unknown[]): Promise<string | undefined> {
  const buttons = rest.filter((each) => typeof each === 'string');
  toasts.push({ message, buttons, ...detailOf(rest[0]) });
  return answer(message, buttons);
}

/** Commands that were run, with their arguments. */
export const executed: (readonly unknown[])[] = [];

/** Addresses that were opened in a browser. */
export const opened: string[] = [];

function quickPick(items: readonly StubItem[], options: { title?: string; placeHolder?: string }) {
  const list = new Pick();
  list.title = options.title;
  list.placeholder = options.placeHolder;
  list.items = items;
  return new Promise<StubItem | undefined>((resolve) => {
    list.onDidHide(() => resolve(undefined));
    list.onDidAccept(() => {
      resolve(list.activeItems[0]);
      list.hide();
    });
    list.show();
  });
}

/** Work behind a notification that nobody cancels. */
function withProgress<T>(_: unknown, work: (progress: object, token: object) => Promise<T>): Promise<T> {
  const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
  return work({ report: () => undefined }, token);
}

/** Resolves with the box on the screen once `ready` holds for it. */
export async function box(ready: (input: Input) => boolean = () => true): Promise<Input> {
  for (let turn = 0; turn < 1_500; turn += 1) {
    const { current } = shown;
    if (current?.isShown && ready(current)) return current;
    // What waits for the disk takes longer than turns of the loop.
    await new Promise((resolve) => (turn < 1_000 ? setImmediate(resolve) : setTimeout(resolve, 5)));
  }
  throw new Error(`No such box; the last one was "${shown.current?.prompt}": ${shown.current?.message}`);
}

export function pick(): Pick {
  if (shown.current instanceof Pick && shown.current.isShown) return shown.current;
  throw new Error('No list is shown');
}

/** Chooses from the list on the screen, once it has an item whose label holds these words. */
export async function take(words: string): Promise<void> {
  const has = (input: Input) => input instanceof Pick && input.items.some(({ label }) => label.includes(words));
  const list = await box(has);
  if (!(list instanceof Pick)) throw new Error('No list is shown');
  list.activeItems = list.items.filter(({ label }) => label.includes(words)).slice(0, 1);
  list.enter();
}

export const BackButton = { back: true };

/** For `vi.mock('vscode', …)`. */
export function vscodeStub() {
  return {
    l10n: {
      t: (message: string, ...values: readonly unknown[]) =>
        message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
    },
    env: {
      language: 'en',
      openExternal: async (uri: object) => {
        opened.push(String(uri));
        return true;
      },
    },
    Uri: { parse: (text: string) => ({ toString: () => text }) },
    ThemeIcon: class {
      constructor(
        readonly id: string,
        readonly color?: unknown,
      ) {}
    },
    ThemeColor: class {
      constructor(readonly id: string) {}
    },
    QuickInputButtons: { Back: BackButton },
    QuickPickItemKind: { Separator: -1 },
    ProgressLocation: { Notification: 15 },
    InputBoxValidationSeverity: { Info: 1, Warning: 2, Error: 3 },
    window: {
      createInputBox: () => new Input(),
      createQuickPick: () => new Pick(),
      showQuickPick: quickPick,
      withProgress,
      showErrorMessage: toast,
      showWarningMessage: toast,
      showInformationMessage: toast,
    },
    commands: {
      registerCommand: () => ({ dispose: () => undefined }),
      executeCommand: async (...command: readonly unknown[]) => {
        executed.push(command);
      },
    },
  };
}

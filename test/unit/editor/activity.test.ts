import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type State = { focused: boolean; active?: boolean };

const listeners = new Map<string, Set<(value: unknown) => void>>();
const window: { state: State } = { state: { focused: true, active: true } };

/** Every `onDid…` there is. */
const events = (more: object) =>
  new Proxy(more, {
    get: (_, name: string) =>
      Reflect.get(more, name) ??
      ((listener: (value: unknown) => void) => {
        const all = listeners.get(name) ?? new Set();
        listeners.set(name, all.add(listener));
        return { dispose: () => all.delete(listener) };
      }),
  });

vi.mock('vscode', () => ({
  Disposable: {
    from: (...all: readonly { dispose(): unknown }[]) => ({
      dispose: () => {
        for (const each of all) each.dispose();
      },
    }),
  },
  TextEditorSelectionChangeKind: { Keyboard: 1, Mouse: 2, Command: 3 },
  workspace: events({}),
  debug: events({}),
  window: events(window),
}));

const { watchActivity } = await import('../../../src/editor/presence/activity.ts');

const source = { uri: { scheme: 'file' } };
const log = { uri: { scheme: 'file' } };
const edit = (document: object) => ({ document, contentChanges: [{}] });
const scroll = (document: object) => ({ textEditor: { document } });
const selection = (kind?: number) => ({ kind });

let signs = 0;
let watching: { dispose(): unknown };

function fire(name: string, value?: unknown): number {
  const before = signs;
  for (const listener of listeners.get(name) ?? []) listener(value);
  return signs - before;
}

/** VS Code says so in an event, as far as something changed. */
function become(state: State): number {
  window.state = state;
  return fire('onDidChangeWindowState', state);
}

function watch(state: State): void {
  window.state = state;
  watching = watchActivity(() => {
    signs++;
  });
}

beforeEach(() => void vi.useFakeTimers());

afterEach(() => {
  vi.useRealTimers();
  watching.dispose();
  expect([...listeners.values()].filter(({ size }) => size > 0)).toEqual([]);
});

const BY_ITSELF: readonly (readonly [string, unknown?])[] = [
  ['onDidChangeTextDocument', edit(log)],
  ['onDidSaveTextDocument'],
  ['onDidChangeTextEditorSelection', selection()],
  ['onDidChangeTextEditorSelection', selection(3)],
  ['onDidChangeActiveTextEditor'],
  ['onDidChangeActiveNotebookEditor'],
  ['onDidChangeActiveTerminal'],
  ['onDidOpenTerminal'],
  ['onDidChangeTerminalState'],
  ['onDidStartTerminalShellExecution'],
  ['onDidStartDebugSession'],
  ['onDidChangeActiveDebugSession'],
  ['onDidChangeBreakpoints'],
];
const ROWS = BY_ITSELF.map(([name, value]) => ({ name, value }));

describe('a window with nobody there', () => {
  beforeEach(() => watch({ focused: true, active: true }));

  it.each(ROWS)('takes $name for no sign of life, and for one right after input', ({ name, value }) => {
    expect(fire(name, value)).toBe(1);
    expect(become({ focused: true, active: false })).toBe(0);
    expect(fire(name, value)).toBe(0);
    expect(become({ focused: true, active: true })).toBe(1);
    expect(fire(name, value)).toBe(1);
  });

  it('is not there because VS Code says that nobody is', () => {
    expect(become({ focused: true, active: false })).toBe(0);
  });

  it('comes to life by being brought to the front, not by being left', () => {
    become({ focused: true, active: false });
    expect(become({ focused: false, active: false })).toBe(0);
    expect(become({ focused: true, active: false })).toBe(1);
    expect(fire('onDidOpenTerminal')).toBe(0);
  });

  it('does not come to life by a log that scrolls as it grows, or an editor that is opened', () => {
    become({ focused: true, active: false });
    fire('onDidChangeTextDocument', edit(log));
    vi.advanceTimersByTime(500);
    expect(fire('onDidChangeTextEditorVisibleRanges', scroll(log))).toBe(0);
    vi.advanceTimersByTime(5_000);
    fire('onDidChangeVisibleTextEditors');
    expect(fire('onDidChangeTextEditorVisibleRanges', scroll(source))).toBe(0);
    become({ focused: false, active: false });
    vi.advanceTimersByTime(5_000);
    expect(fire('onDidChangeTextEditorVisibleRanges', scroll(source))).toBe(0);
  });
});

describe('what VS Code does not count as input', () => {
  beforeEach(() => {
    watch({ focused: true, active: true });
    become({ focused: true, active: false });
  });

  it('is a sign of life when somebody scrolls, also while a log grows elsewhere', () => {
    fire('onDidChangeTextDocument', edit(source));
    vi.advanceTimersByTime(5_000);
    fire('onDidChangeTextDocument', edit(log));
    expect(fire('onDidChangeTextEditorVisibleRanges', scroll(source))).toBe(1);
    expect(fire('onDidChangeTextEditorVisibleRanges', scroll({ uri: { scheme: 'output' } }))).toBe(0);
  });

  it('is one when somebody dictates or selects', () => {
    expect(fire('onDidChangeTextEditorSelection', selection(1))).toBe(1);
    expect(fire('onDidChangeTextEditorSelection', selection(2))).toBe(1);
  });
});

describe('an editor that does not tell of input', () => {
  it.each([
    ['never', {}],
    ['always with the same word', { active: false }],
  ])('(%s) has everything count', (_, told) => {
    watch({ focused: true, ...told });
    for (const { name, value } of ROWS) expect(fire(name, value)).toBe(1);
    expect(become({ focused: false, ...told })).toBe(0);
    expect(become({ focused: true, ...told })).toBe(1);
  });
});

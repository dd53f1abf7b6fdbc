/* What the keys do in the list. Pure. */

export type KeyAction =
  | { readonly do: 'move'; readonly by: 'record' | 'page' | 'end'; readonly way: 1 | -1 }
  | { readonly do: 'sideways'; readonly way: 1 | -1 }
  | { readonly do: 'toggle' | 'close' | 'openIssue' | 'remove' | 'undo' };

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** Held down. */
  readonly repeat: boolean;
}

/** Where focus is: on the row itself, on one of its controls, or in something that takes typing. */
export type KeyTarget = 'row' | 'control' | 'typing';

const MOVES: Readonly<Record<string, KeyAction>> = {
  ArrowDown: { do: 'move', by: 'record', way: 1 },
  ArrowUp: { do: 'move', by: 'record', way: -1 },
  PageDown: { do: 'move', by: 'page', way: 1 },
  PageUp: { do: 'move', by: 'page', way: -1 },
  End: { do: 'move', by: 'end', way: 1 },
  Home: { do: 'move', by: 'end', way: -1 },
  ArrowRight: { do: 'sideways', way: 1 },
  ArrowLeft: { do: 'sideways', way: -1 },
};

function withControl({ key, shift, alt }: KeyPress, target: KeyTarget): KeyAction | undefined {
  if (alt || target === 'typing') return undefined;
  if (key.toLowerCase() === 'z' && !shift) return { do: 'undo' };
  return key === 'Enter' && target === 'row' ? { do: 'openIssue' } : undefined;
}

function onRow({ key, meta }: KeyPress): KeyAction | undefined {
  if (key === 'Delete' || (key === 'Backspace' && meta)) return { do: 'remove' };
  return key === 'Enter' || key === ' ' ? { do: 'toggle' } : undefined;
}

/** What a key press means; `undefined`: nothing of the list's. */
export function actionOf(press: KeyPress, target: KeyTarget): KeyAction | undefined {
  if (press.key === 'Escape') return { do: 'close' };
  const deleting = press.key === 'Backspace' && press.meta;
  if ((press.ctrl || press.meta) && !deleting) return press.repeat ? undefined : withControl(press, target);
  if (press.alt || press.shift || target === 'typing') return undefined;
  const move = MOVES[press.key];
  if (move !== undefined) return move;
  // A key held down must not ask for one deletion after another.
  return press.repeat || target !== 'row' ? undefined : onRow(press);
}

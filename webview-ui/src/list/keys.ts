/* What the keys do in the list. Pure. */

export type KeyAction =
  | { readonly do: 'move'; readonly by: 'record' | 'page' | 'end'; readonly way: 1 | -1 }
  | { readonly do: 'sideways'; readonly way: 1 | -1 }
  | { readonly do: 'toggle' | 'edit' | 'close' | 'openIssue' | 'remove' | 'undo' | 'pick' | 'pickTo' | 'pickAll' }
  | { readonly do: 'extend'; readonly way: 1 | -1 };

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
  if (key.toLowerCase() === 'a' && !shift) return { do: 'pickAll' };
  return key === 'Enter' && target === 'row' ? { do: 'openIssue' } : undefined;
}

function onRow({ key, meta }: KeyPress): KeyAction | undefined {
  if (key === 'Delete' || (key === 'Backspace' && meta)) return { do: 'remove' };
  if (key === 'F2' || key.toLowerCase() === 'e') return { do: 'edit' };
  if (key === ' ' || key === 'x') return { do: 'pick' };
  return key === 'Enter' ? { do: 'toggle' } : undefined;
}

function withShift({ key, alt, repeat }: KeyPress, target: KeyTarget): KeyAction | undefined {
  if (key === ' ' && target === 'row' && !alt && !repeat) return { do: 'pickTo' };
  if (alt || target === 'typing' || (key !== 'ArrowDown' && key !== 'ArrowUp')) return undefined;
  return { do: 'extend', way: key === 'ArrowDown' ? 1 : -1 };
}

/** What a key press means; `undefined`: nothing of the list's. */
export function actionOf(press: KeyPress, target: KeyTarget): KeyAction | undefined {
  if (press.key === 'Escape') return { do: 'close' };
  const deleting = press.key === 'Backspace' && press.meta;
  if ((press.ctrl || press.meta) && !deleting) return press.repeat ? undefined : withControl(press, target);
  if (press.shift) return withShift(press, target);
  if (press.alt || target === 'typing') return undefined;
  const move = MOVES[press.key];
  if (move !== undefined) return move;
  // A key held down must not ask for one deletion after another.
  return press.repeat || target !== 'row' ? undefined : onRow(press);
}

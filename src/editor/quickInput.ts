import * as vscode from 'vscode';
import { TimecardError } from '../core/errors.ts';

/** The user went one step back. */
export const BACK = Symbol('back');

export interface InputStep {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly canGoBack?: boolean;
  readonly buttons?: readonly (vscode.QuickInputButton & { readonly press: () => void })[];
  /** What is understood of the text so far, or what is wrong with it; shown below the box. */
  readonly hint?: (value: string) => vscode.InputBoxValidationMessage | undefined;
  /** What there is to say beyond the hint, found out while typing goes on; takes its place unless that is an error. */
  readonly remark?: (value: string) => Promise<vscode.InputBoxValidationMessage | undefined>;
  /**
   * Works on what was entered while the box shows that it is busy. A message that comes back is shown and the box
   * stays with what was typed; `undefined` ends the step. Hiding the box aborts the signal.
   */
  readonly accept?: (value: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Begin with accepting `value`, as if the user had pressed Enter. */
  readonly acceptsAtOnce?: boolean;
  /** Ends the step as well, with what is typed, when it resolves; rejects the step when it rejects. */
  readonly until?: Promise<unknown>;
}

/** Asks for one text. Resolves with it or `BACK`; rejects with `cancelled` when the box was closed. */
export async function askText(step: InputStep): Promise<string | typeof BACK> {
  const box = vscode.window.createInputBox();
  const abort = new AbortController();
  try {
    show(box, step);
    return await new Promise<string | typeof BACK>((resolve, reject) => {
      box.onDidHide(() => {
        abort.abort();
        reject(cancelled());
      });
      box.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve(BACK);
        else step.buttons?.find((own) => own === button)?.press();
      });
      box.onDidChangeValue((value) => {
        showHint(box, step, value);
      });
      const accept = () => {
        if (!box.enabled) return;
        acceptInput(box, step, abort.signal).then((done) => done && resolve(box.value), reject);
      };
      box.onDidAccept(accept);
      step.until?.then(() => resolve(box.value), reject);
      if (step.acceptsAtOnce === true) accept();
    });
  } finally {
    abort.abort();
    box.dispose();
  }
}

function show(box: vscode.InputBox, step: InputStep): void {
  box.title = step.title;
  box.prompt = step.prompt;
  box.value = step.value ?? '';
  box.placeholder = step.placeholder;
  box.password = step.password ?? false;
  box.step = step.step;
  box.totalSteps = step.totalSteps;
  box.ignoreFocusOut = true;
  box.buttons = [...(step.canGoBack ? [vscode.QuickInputButtons.Back] : []), ...(step.buttons ?? [])];
  if (box.value === '') box.validationMessage = undefined;
  else showHint(box, step, box.value);
  box.show();
}

function showHint(box: vscode.InputBox, step: InputStep, value: string): void {
  const hint = step.hint?.(value);
  box.validationMessage = hint;
  if (step.remark === undefined || hint?.severity === vscode.InputBoxValidationSeverity.Error) return;
  step.remark(value).then(
    (remark) => {
      if (remark !== undefined && box.value === value && box.validationMessage === hint) box.validationMessage = remark;
    },
    // What cannot be found out is not remarked on; saving tells what is wrong with the database.
    () => undefined,
  );
}

async function acceptInput(box: vscode.InputBox, step: InputStep, signal: AbortSignal): Promise<boolean> {
  const hint = step.hint?.(box.value);
  if (hint?.severity === vscode.InputBoxValidationSeverity.Error) {
    box.validationMessage = hint;
    return false;
  }
  if (step.accept === undefined) return true;
  box.enabled = false;
  box.busy = true;
  try {
    const problem = await step.accept(box.value, signal);
    if (problem === undefined) return true;
    box.validationMessage = { message: problem, severity: vscode.InputBoxValidationSeverity.Error };
    return false;
  } finally {
    box.busy = false;
    box.enabled = true;
  }
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly choice: T;
}

export interface ChoiceStep {
  readonly title: string;
  readonly placeholder: string;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly canGoBack?: boolean;
}

/** One step of a wizard: resolves with the choice or `BACK`; rejects with `cancelled` when the list was closed. */
export async function chooseStep<T>(items: readonly Choice<T>[], step: ChoiceStep): Promise<T | typeof BACK> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  try {
    pick.title = step.title;
    pick.placeholder = step.placeholder;
    pick.step = step.step;
    pick.totalSteps = step.totalSteps;
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = true;
    pick.buttons = step.canGoBack === true ? [vscode.QuickInputButtons.Back] : [];
    pick.items = items;
    return await new Promise<T | typeof BACK>((resolve, reject) => {
      pick.onDidHide(() => reject(cancelled()));
      pick.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve(BACK);
      });
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems.length > 0 ? pick.selectedItems : pick.activeItems;
        if (chosen !== undefined) resolve(chosen.choice);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

/** Lets the user choose one of several. Rejects with `cancelled` when the list was closed. */
export async function choose<T>(
  items: readonly Choice<T>[],
  options: { readonly title: string; readonly placeholder: string },
): Promise<T> {
  const picked = await vscode.window.showQuickPick(items, {
    title: options.title,
    placeHolder: options.placeholder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) throw cancelled();
  return picked.choice;
}

/** Asks before something that cannot be undone. Rejects with `cancelled` unless the user agrees. */
export async function confirm(question: string, detail: string, yes: string): Promise<void> {
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, yes);
  if (answer !== yes) throw cancelled();
}

export function cancelled(): TimecardError {
  return new TimecardError('cancelled', 'Cancelled.', { outcome: 'notSent' });
}

import * as vscode from 'vscode';

/** A notification leaves the screen by itself some seconds after its window got the focus; in ms, and then some. */
const LEAVES_MS = 60_000;

/** Resolves when a notification was closed, or must have gone to the notification centre by itself. */
export function offScreen(closed: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const follow = (focused: boolean) => {
      clearTimeout(timer);
      timer = focused ? setTimeout(done, LEAVES_MS) : undefined;
    };
    const watch = vscode.window.onDidChangeWindowState(({ focused }) => follow(focused));
    function done(): void {
      clearTimeout(timer);
      watch.dispose();
      resolve();
    }
    follow(vscode.window.state.focused);
    void closed.then(done, done);
  });
}

import type { ExtensionContext } from 'vscode';
import type { TimecardApi } from './api.ts';
import { Container } from './container.ts';

let container: Container | undefined;

/** Called by VS Code once. Returns before the database is open; what fails later says so where it is needed. */
export function activate(context: ExtensionContext): TimecardApi {
  const created = new Container(context);
  container = created;
  context.subscriptions.push(created);
  try {
    created.start();
  } catch (error) {
    created.log.error('Timecard did not start completely', error);
  }
  return created.api;
}

/** Called by VS Code when the window closes; VS Code waits for it. */
export async function deactivate(): Promise<void> {
  const closing = container;
  container = undefined;
  await closing?.close();
}

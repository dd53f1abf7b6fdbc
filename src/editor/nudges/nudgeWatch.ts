import * as vscode from 'vscode';
import { asTimecardError } from '../../core/errors.ts';
import type { NudgeSettings } from '../../core/nudgePorts.ts';
import { anyNudge } from '../../core/nudgeTimes.ts';
import type { Disposable, Log, Timers } from '../../core/ports.ts';

/** How long a window in the background leaves what is due to the one the user looks at, in ms. */
const BACKGROUND_MS = 1_500;

/** Timers that ring a little later while the window is in the background. */
export function focusedFirst(timers: Timers): Timers {
  return {
    after: (ms, run) => timers.after(vscode.window.state.focused ? ms : ms + BACKGROUND_MS, run),
  };
}

/** What looks whether something is due. */
export interface Looking extends Disposable {
  look(): void;
}

interface Deps {
  readonly settings: Pick<NudgeSettings, 'nudgeTimes'>;
  readonly log: Pick<Log, 'error'>;
  /** Loads and makes it, once the user has switched something on. */
  readonly load: () => Promise<Looking>;
}

/** Looks for nudges as long as one is switched on; nothing of them is loaded before. */
export function watchNudges({ settings, log, load }: Deps): Disposable {
  let loading: Promise<Looking> | undefined;
  let loaded: Looking | undefined;
  let disposed = false;

  async function start(): Promise<void> {
    loading ??= load();
    loaded = await loading;
    if (disposed) loaded.dispose();
    else loaded.look();
  }

  function look(): void {
    if (loading === undefined && !anyNudge(settings.nudgeTimes())) return;
    start().catch((error: unknown) => {
      loading = undefined;
      log.error('Reminders could not be loaded', asTimecardError(error));
    });
  }

  look();
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('timecard')) look();
    }),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) look();
    }),
    {
      dispose: () => {
        disposed = true;
        loaded?.dispose();
      },
    },
  );
}

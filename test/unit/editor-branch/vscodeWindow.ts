import { vscodeStub } from '../editor/vscodeStub.ts';

/** For `vi.mock('vscode', …)`: the stub of wizards with what following the branch needs besides. */
export function vscodeWindow() {
  const stub = vscodeStub();
  return {
    ...stub,
    Disposable: {
      from: (...all: readonly { dispose(): unknown }[]) => ({
        dispose: () => {
          for (const each of all) each.dispose();
        },
      }),
    },
    window: { ...stub.window, setStatusBarMessage: () => ({ dispose: () => undefined }) },
  };
}

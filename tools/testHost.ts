import { hostStages, ODD_WINDOWS, USUAL_WINDOW } from './test/hostInBrowser.ts';
import { runStages } from './test/stages.ts';
import type { VsCodeVersion } from './vscode/install.ts';

/*
 * `npm run test:host`: the tests inside VS Code alone, the present one and the oldest supported one.
 * `--newest` and `--oldest` choose one; TIMECARD_TEST_GREP names some of the tests, `--odd` only the odd windows.
 */
const chosen = (['newest', 'oldest'] as const).filter((version) => process.argv.includes(`--${version}`));
const versions: readonly VsCodeVersion[] = chosen.length > 0 ? chosen : ['newest', 'oldest'];
const { failed } = await runStages(versions.flatMap((version) => hostStages(version, windows())));
process.exitCode = failed > 0 ? 1 : 0;

function windows() {
  if (process.argv.includes('--odd')) return ODD_WINDOWS;
  return process.env.TIMECARD_TEST_GREP ? [USUAL_WINDOW] : undefined;
}

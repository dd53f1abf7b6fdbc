import { ODD_WINDOWS, runHostTestsInBrowser } from './test/hostInBrowser.ts';
import { runStages } from './test/stages.ts';

/* `npm run test:host`: the tests inside VS Code alone; TIMECARD_TEST_GREP names some of them, `--odd` only the odd windows. */
const odd = ODD_WINDOWS.map((window) => ({ name: window.name, run: () => runHostTestsInBrowser(window) }));
const usual = { name: 'in VS Code', run: () => runHostTestsInBrowser() };
const stages = process.argv.includes('--odd') ? odd : process.env.TIMECARD_TEST_GREP ? [usual] : [usual, ...odd];
const { failed } = await runStages(stages);
process.exitCode = failed > 0 ? 1 : 0;

import { runHostTestsInBrowser } from './test/hostInBrowser.ts';
import { runStages } from './test/stages.ts';

/* `npm run test:host`: the tests inside VS Code alone; TIMECARD_TEST_GREP names some of them. */
const { failed } = await runStages([{ name: 'in VS Code', run: runHostTestsInBrowser }]);
process.exitCode = failed > 0 ? 1 : 0;

import { runHostTestsInBrowser } from './test/hostInBrowser.ts';

const { passed, failed } = await runHostTestsInBrowser();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

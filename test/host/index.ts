import { loadSuites } from 'virtual:suites';
import Mocha from 'mocha';
import * as vscode from 'vscode';

/*
 * Loaded by VS Code inside its extension host, by tools/test/hostInBrowser.ts and tools/test/hostOnDesktop.ts alike.
 * It may use nothing but the VS Code API and mocha, so that it runs wherever an extension does.
 */

interface HostTestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  readonly error?: string;
}

/** Runs every suite, writes the results to the file that TIMECARD_TEST_RESULTS names, rejects when a test failed. */
export async function run(): Promise<void> {
  const results: HostTestResult[] = [];
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: collectInto(results) });
  const only = process.env.TIMECARD_TEST_GREP;
  if (only) mocha.grep(only);
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  loadSuites();
  await new Promise<void>((resolve) => {
    mocha.run(() => resolve());
  });
  await writeResults(results);
  const failed = results.filter(({ state }) => state === 'failed').length;
  if (failed > 0) throw new Error(`${failed} of ${results.length} tests in VS Code failed`);
}

function collectInto(results: HostTestResult[]) {
  return class extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      runner.on('pass', (test) => results.push(describeTest(test, 'passed')));
      runner.on('pending', (test) => results.push(describeTest(test, 'skipped')));
      runner.on('fail', (test, error) => {
        results.push({ ...describeTest(test, 'failed'), error: error.stack ?? error.message });
      });
    }
  };
}

function describeTest(test: Mocha.Test, state: HostTestResult['state']): HostTestResult {
  return { title: test.fullTitle(), state, ms: test.duration ?? 0 };
}

async function writeResults(results: readonly HostTestResult[]): Promise<void> {
  const file = process.env.TIMECARD_TEST_RESULTS;
  if (!file) throw new Error('TIMECARD_TEST_RESULTS names no file');
  await vscode.workspace.fs.writeFile(vscode.Uri.file(file), Buffer.from(JSON.stringify(results, null, 2)));
}

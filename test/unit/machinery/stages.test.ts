import { describe, expect, it, vi } from 'vitest';
import { countVitest, runStages, type Stage, skippedIn } from '../../../tools/test/stages.ts';

function stage(name: string, run: Stage['run']): Stage {
  return { name, run };
}

describe('the stages of npm test', () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);

  it('adds up what each stage counted', async () => {
    const stages = [
      stage('a', async () => ({ passed: 3, failed: 0 })),
      stage('b', async () => ({ passed: 2, failed: 1 })),
    ];
    expect(await runStages(stages)).toEqual({ passed: 5, failed: 1 });
  });

  it('counts a stage that crashed as one failure and goes on', async () => {
    const stages = [
      stage('crash', () => Promise.reject(new Error('no'))),
      stage('later', async () => ({ passed: 1, failed: 0 })),
    ];
    expect(await runStages(stages)).toEqual({ passed: 1, failed: 1 });
  });

  it('counts a stage that ran nothing as one failure', async () => {
    expect(await runStages([stage('empty', async () => ({ passed: 0, failed: 0 }))])).toEqual({ passed: 0, failed: 1 });
  });

  it('runs at most as many at once as it is told', async () => {
    let [open, most] = [0, 0];
    const body = async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { passed: 1, failed: 0 };
    };
    const stages = ['a', 'b', 'c', 'd'].map((name) => stage(name, body));
    expect(await runStages(stages, 2)).toEqual({ passed: 4, failed: 0 });
    expect(most).toBe(2);
  });

  it('counts a test file that could not be loaded as one failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
    ];
    expect(countVitest({ numPassedTests: 4, numFailedTests: 1, testResults })).toEqual({ passed: 4, failed: 2 });
  });

  it('names the tests that were not run beside the name of their stage', async () => {
    const assertionResults = [
      { status: 'passed', fullName: 'a disk that is full' },
      { status: 'skipped', fullName: 'a disk that is read-only' },
    ];
    const testResults = [{ status: 'passed', assertionResults }];
    const skipped = skippedIn({ numPassedTests: 1, numFailedTests: 0, testResults });
    expect(skipped).toEqual(['a disk that is read-only']);
    await runStages([stage('disks', async () => ({ passed: 1, failed: 0, skipped }))]);
    const said = vi.mocked(console.log).mock.calls.map(([line]) => String(line));
    expect(said).toContain('   NOT RUN, it cannot be here: a disk that is read-only');
  });
});

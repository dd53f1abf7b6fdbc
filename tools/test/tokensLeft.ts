import { searchArguments, searchFiles } from '../support/tokenSearch.ts';
import type { HostJira } from './hostJira.ts';
import type { HostFolders } from './hostWorkspace.ts';
import type { Outcome } from './stages.ts';

/** A table of the database, which the extension writes in every run; a search that misses it looks in the wrong place. */
const WRITTEN_THERE = 'time_records';

/**
 * Adds a test to those that ran in VS Code: that none of the tokens they used is left in a file of its user-data
 * folder (settings, logs, storage) or of the workspace, nor in the arguments of a program that still runs.
 * SecretStorage is not among these files: a VS Code in a browser keeps it in the browser's own storage, whose profile
 * lies elsewhere (test/e2e/mainJob.test.ts looks there).
 */
export async function withTokensLooked(outcome: Outcome, folders: HostFolders, jira: HostJira): Promise<Outcome> {
  const tokens = [jira.cloud, jira.dataCenter].flatMap((site) => Object.values(site.tokens));
  const used = [...new Set(tokens)];
  const problems = [...(await problemsInFiles(folders, used)), ...(await problemsInArguments(folders, used))];
  const lines = problems.map((problem) => `  ✗ ${problem}`);
  return {
    ...outcome,
    passed: outcome.passed + (problems.length === 0 ? 1 : 0),
    failed: outcome.failed + problems.length,
    output: [
      outcome.output ?? '',
      ...(problems.length === 0 ? ['  ✓ no token is left in a file or an argument'] : lines),
    ].join('\n'),
  };
}

async function problemsInFiles({ userData, workspace }: HostFolders, tokens: readonly string[]) {
  const control = await searchFiles(userData, [WRITTEN_THERE]);
  const found = [...(await searchFiles(userData, tokens)).found, ...(await searchFiles(workspace, tokens)).found];
  return [
    ...(control.found.length === 0 ? [`the search of ${control.searched} files does not find what is there`] : []),
    ...found.map((file) => `a token is in ${file}`),
  ];
}

async function problemsInArguments({ userData }: HostFolders, tokens: readonly string[]) {
  const control = await searchArguments([userData]);
  // There is no /proc to look at.
  if (control === undefined) return [];
  const found = (await searchArguments(tokens))?.found ?? [];
  return [
    ...(control.found.length === 0 ? [`the search of ${control.searched} programs misses VS Code itself`] : []),
    ...found.map((program) => `a token is among the arguments of ${program}`),
  ];
}

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type JiraSimulator, startJira } from '../jira/simulator.ts';
import { CACHE, fromRoot } from '../support/paths.ts';
import { isAlive } from '../support/process.ts';
import { startVsCode, type VsCodeServer } from '../vscode/server.ts';
import { makeDemoRepository } from './repository.ts';

export const DEMO_BRANCH = 'feature/DEMO-7-checkout';
const EXTENSION_ID = 'timecard.timecard-for-jira';
export const DEMO_ISSUE = 'DEMO-7';

export interface DemoOptions {
  readonly vsix: string;
  readonly deployment: 'cloud' | 'dataCenter';
  /** Sign in when a window opens, as a person would have done before. */
  readonly connected: boolean;
  /** Called before VS Code starts with the folder that the extension will keep its files in. */
  readonly prepare?: (globalStorage: string) => Promise<void>;
}

/** A simulated Jira, a repository and a VS Code with the packaged extension, all of them new. */
export interface Demo {
  readonly jira: JiraSimulator;
  readonly vscode: VsCodeServer;
  readonly repository: string;
  /** Everything of it on the disk: the repository, and whatever VS Code writes. */
  readonly folder: string;
  /** The folder that the extension keeps its files in; there once a window has opened. */
  readonly globalStorage: string;
  /** How to sign in to this Jira. */
  readonly signIn: SignIn;
  /** Replaces the user's settings; settings of application scope count only there. */
  setUserSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  stop(): Promise<void>;
}

export type SignIn =
  | { readonly type: 'apiToken'; readonly email: string; readonly token: string }
  | { readonly type: 'pat'; readonly token: string };

/** Starts everything; what was started is ended again when a part of it fails. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const base = await makeBase(ends);
    const jira = await startJira({ deployment: options.deployment });
    ends.push(() => jira.close());
    const repository = path.join(base, 'demo-shop');
    await makeDemoRepository(repository, DEMO_BRANCH);
    const signIn = signInFor(jira);
    const userDataDir = path.join(base, 'vscode');
    const globalStorage = path.join(userDataDir, 'User', 'globalStorage', EXTENSION_ID);
    await options.prepare?.(globalStorage);
    const vscode = await startVsCode({
      vsix: [options.vsix],
      ...(options.connected ? { unpacked: [fromRoot('tools/demo/extension')] } : {}),
      workspaceFolder: repository,
      userDataDir,
      env: {
        TIMECARD_ATLASSIAN_GATEWAY: jira.gatewayUrl,
        TIMECARD_ATLASSIAN_AUTH: jira.authUrl,
        ...(options.connected ? { TIMECARD_DEMO: JSON.stringify({ jiraUrl: jira.url, auth: signIn }) } : {}),
      },
    });
    ends.push(() => vscode.stop());
    const setUserSettings: Demo['setUserSettings'] = (settings) => writeUserSettings(userDataDir, settings);
    return { jira, vscode, repository, folder: base, globalStorage, signIn, setUserSettings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function signInFor({ deployment, users, tokens }: JiraSimulator): SignIn {
  if (deployment === 'dataCenter') return { type: 'pat', token: tokens.pat };
  return { type: 'apiToken', email: users.mia.email, token: tokens.classic };
}

async function writeUserSettings(userDataDir: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = path.join(userDataDir, 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

let made = 0;

/** A folder of this process alone; those of processes that are gone are removed. */
async function makeBase(ends: (() => Promise<void>)[]): Promise<string> {
  const parent = path.join(CACHE, 'demo');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = /^(\d+)-\d+$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await remove(path.join(parent, name));
  }
  made += 1;
  const base = path.join(parent, `${process.pid}-${made}`);
  await remove(base);
  await mkdir(base);
  ends.push(() => remove(base));
  return base;
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { freePort } from '../support/ports.ts';
import { cleanEnv, run, type Service, startService } from '../support/process.ts';
import { installVsCode, type VsCodeInstall, type VsCodeVersion } from './install.ts';

export interface VsCodeOptions {
  /** Which VS Code; the newest one when left out. */
  readonly version?: VsCodeVersion;
  /** Packages to install before the start. */
  readonly vsix?: readonly string[];
  /** Folders of extensions that need no packaging; copied among the installed ones of a fresh `userDataDir`. */
  readonly unpacked?: readonly string[];
  /** Extension in development: loaded by each window from this folder. */
  readonly extensionDevelopmentPath?: string;
  readonly workspaceFolder: string;
  /** Everything VS Code writes goes in here: global storage, settings, installed extensions. */
  readonly userDataDir: string;
  /** Added to the environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Machine settings, over quiet defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Needed for an extension in development and for tests in the extension host. */
  readonly smokeTestDriver?: boolean;
  /** Leave workspace trust on, to test Restricted Mode. */
  readonly workspaceTrust?: boolean;
  /** Take this port instead of any free one. */
  readonly port?: number;
}

/** What a window loads besides the installed extensions; needs `smokeTestDriver`. */
export interface WindowLoad {
  readonly extensionDevelopmentPath?: string;
  readonly extensionTestsPath?: string;
}

export interface VsCodeServer {
  /** Address of a window on the workspace folder. */
  readonly url: string;
  readonly port: number;
  /** Address of a window on any folder or on none, optionally with an extension in development and a test module. */
  windowUrl(folder: string | undefined, load?: WindowLoad): string;
  /** The server's last output, for error messages. */
  output(): string;
  stop(): Promise<void>;
}

const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
};

const START_LIMIT_MS = 60_000;

/** Starts a real VS Code on loopback and resolves when it answers. */
export async function startVsCode(options: VsCodeOptions): Promise<VsCodeServer> {
  const install = await installVsCode(options.version);
  await writeSettings(options);
  for (const folder of options.unpacked ?? []) {
    await cp(folder, path.join(extensionsDir(options), path.basename(folder)), { recursive: true });
  }
  for (const file of options.vsix ?? []) await installExtension(install, options, file);
  const port = options.port ?? (await freePort());
  const service = startService(install.node, serverArgs(install, options, port), cleanEnv(options.env));
  try {
    await waitUntilAnswering(service, port);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return describeServer(service, port, options);
}

function describeServer(service: Service, port: number, options: VsCodeOptions): VsCodeServer {
  const windowUrl: VsCodeServer['windowUrl'] = (folder, load = {}) => {
    const query = new URLSearchParams(folder === undefined ? { ew: 'true' } : { folder });
    const payload = Object.entries(load).map(([key, file]) => [
      key,
      `vscode-remote://127.0.0.1:${port}${pathToFileURL(file).pathname}`,
    ]);
    if (payload.length > 0) query.set('payload', JSON.stringify(payload));
    return `http://127.0.0.1:${port}/?${query}`;
  };
  const development =
    options.extensionDevelopmentPath === undefined
      ? {}
      : { extensionDevelopmentPath: options.extensionDevelopmentPath };
  return {
    url: windowUrl(options.workspaceFolder, development),
    port,
    windowUrl,
    output: service.output,
    stop: service.stop,
  };
}

async function writeSettings(options: VsCodeOptions): Promise<void> {
  const folder = path.join(options.userDataDir, 'Machine');
  await mkdir(folder, { recursive: true });
  await mkdir(extensionsDir(options), { recursive: true });
  const settings = { ...QUIET_SETTINGS, ...options.settings };
  await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

function extensionsDir(options: VsCodeOptions): string {
  return path.join(options.userDataDir, 'extensions');
}

function folderArgs(options: VsCodeOptions): string[] {
  const { userDataDir } = options;
  return [
    ...['--user-data-dir', userDataDir],
    ...['--server-data-dir', userDataDir],
    ...['--extensions-dir', extensionsDir(options)],
  ];
}

function serverArgs(install: VsCodeInstall, options: VsCodeOptions, port: number): string[] {
  return [
    install.serverMain,
    ...['--host', '127.0.0.1', '--port', String(port)],
    '--without-connection-token',
    '--accept-server-license-terms',
    ...['--telemetry-level', 'off'],
    ...folderArgs(options),
    ...(options.smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
}

async function installExtension(install: VsCodeInstall, options: VsCodeOptions, file: string): Promise<void> {
  const args = [install.serverMain, ...folderArgs(options), '--install-extension', file, '--force'];
  const { code, output } = await run(install.node, args);
  if (code !== 0 || !/successfully installed/i.test(output))
    throw new Error(`VS Code did not take ${file}:\n${output}`);
}

async function waitUntilAnswering(service: Service, port: number): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (service.child.exitCode !== null || service.child.pid === undefined) {
      throw new Error(`VS Code's server ended at once:\n${service.output()}`);
    }
    if (await answers(port)) return;
    await delay(100);
  }
  throw new Error(`VS Code's server did not answer within ${START_LIMIT_MS / 1000} s:\n${service.output()}`);
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

import { existsSync } from 'node:fs';
import path from 'node:path';
import { run } from '../support/process.ts';

const LINUX_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];
const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_FILES = [
  'Google/Chrome/Application/chrome.exe',
  'Chromium/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
];
const WHAT_TO_DO = 'Install Chromium, Chrome or Edge, or set CHROME_PATH to one that is installed.';

/** The path of a Chromium, Chrome or Edge; on Debian as root one is installed when there is none. */
export async function findChromium(say: (text: string) => void = console.log): Promise<string> {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROME_PATH names ${chosen}, which is not there.`);
    return chosen;
  }
  const found = usualPlaces().find((file) => existsSync(file));
  if (found !== undefined) return found;
  if (!canInstall()) throw new Error(`No Chromium found. ${WHAT_TO_DO}`);
  return installOnDebian(say);
}

function usualPlaces(): string[] {
  if (process.platform === 'darwin') return MAC_APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  if (process.platform === 'win32') {
    const roots = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
    return roots.filter((dir) => dir !== undefined).flatMap((dir) => WINDOWS_FILES.map((file) => path.join(dir, file)));
  }
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  return LINUX_NAMES.flatMap((name) => folders.filter((dir) => dir !== '').map((dir) => path.join(dir, name)));
}

function canInstall(): boolean {
  return (
    process.platform === 'linux' &&
    existsSync('/etc/debian_version') &&
    existsSync('/usr/bin/apt-get') &&
    process.getuid?.() === 0
  );
}

async function installOnDebian(say: (text: string) => void): Promise<string> {
  say('Installing Chromium with apt-get (once) …');
  const install = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
  for (const args of [['update'], install]) {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...definedEnv(), DEBIAN_FRONTEND: 'noninteractive' };
    const { code, output } = await run('apt-get', args, { env });
    if (code !== 0) throw new Error(`apt-get ${args[0]} failed. ${WHAT_TO_DO}\n${output}`);
  }
  const found = usualPlaces().find((file) => existsSync(file));
  if (found === undefined || (await run(found, ['--version'])).code !== 0) {
    throw new Error(`The Chromium that apt-get installed does not start. ${WHAT_TO_DO}`);
  }
  return found;
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

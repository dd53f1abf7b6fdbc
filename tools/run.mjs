// Runs one of this project's TypeScript tools: node tools/run.mjs tools/start.ts [arguments]
//
// Needs nothing but Node and npm: installs node_modules first when they are missing or older than the lock file.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

function readPackages(file) {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
}

/** npm writes node_modules/.package-lock.json last, so an install that was cut short has none. */
function isInstalled() {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return false;
  try {
    const installed = readPackages('node_modules/.package-lock.json');
    return Object.entries(readPackages('package-lock.json')).every(
      ([name, wanted]) => name === '' || wanted.optional === true || installed[name]?.version === wanted.version,
    );
  } catch (error) {
    console.error(`Cannot read what is installed (${error.message}); installing again.`);
    return false;
  }
}

function install() {
  if (isInstalled()) return;
  console.log('Installing the packages of package-lock.json …');
  const { status } = spawnSync('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; see above.');
    process.exit(1);
  }
}

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error('Usage: node tools/run.mjs tools/<name>.ts [arguments]');
  process.exit(2);
}
checkNode();
install();
if (entry === '--install-only') process.exit(0);
process.chdir(root);
const { buildTool } = await import('../esbuild.mjs');
const file = await buildTool(entry);
process.argv = [process.execPath, file, ...args];
await import(pathToFileURL(file).href);

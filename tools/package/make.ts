import { readFile, rm, writeFile } from 'node:fs/promises';
import { createVSIX } from '@vscode/vsce';
import * as v from 'valibot';
import { build } from '../support/build.ts';
import { fromRoot, ROOT } from '../support/paths.ts';
import { runOrThrow } from '../support/process.ts';
import { zipEntries } from '../support/zip.ts';
import { packageProblems } from './contents.ts';
import { thirdPartyNotices } from './notices.ts';

const Manifest = v.object({ name: v.string(), version: v.string() });

/** Builds for production and writes `<name>-<version>.vsix` at the root. Rejects, leaving none, when its content is wrong. */
export async function makePackage(): Promise<string> {
  const file = await packageFile();
  await rm(file, { force: true });
  await build({ production: true });
  await writeFile(fromRoot('dist/third-party-notices.txt'), await thirdPartyNotices());
  // Everything is bundled, and without a public repository relative links have nowhere to be rewritten to.
  await createVSIX({
    cwd: ROOT,
    packagePath: file,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const problems = packageProblems(await zipEntries(file));
  if (problems.length > 0) {
    await rm(file, { force: true });
    throw new Error(`The package is wrong:\n${problems.join('\n')}`);
  }
  return file;
}

/** As `makePackage`, in a process of its own because vsce prints a list that nobody asked for. */
export async function makePackageQuietly(): Promise<string> {
  await runOrThrow(process.execPath, [fromRoot('tools/run.mjs'), 'tools/package.ts'], { cwd: ROOT });
  return packageFile();
}

async function packageFile(): Promise<string> {
  const { name, version } = v.parse(Manifest, JSON.parse(await readFile(fromRoot('package.json'), 'utf8')));
  return fromRoot(`${name}-${version}.vsix`);
}

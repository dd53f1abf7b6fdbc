import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { startDemo } from './demo/demo.ts';
import { makePackageQuietly } from './package/make.ts';
import { type Camera, openCamera } from './screenshots/camera.ts';
import { SCENES } from './screenshots/scenes.ts';
import { fromRoot } from './support/paths.ts';
import { launchBrowser, openWindow } from './vscode/browser.ts';

/*
 * `npm run screenshots`: the main states of the history in a real VS Code, in four themes, for people to look at, into
 * out/screenshots; and the pictures of the documentation and of the package. Words after `--` choose scenes by name.
 */

const FOLDER = fromRoot('out/screenshots');

async function main(wanted: readonly string[]): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  const demo = await startDemo({ vsix: await makePackageQuietly(), deployment: 'cloud', connected: true });
  try {
    await demo.setUserSettings({ 'workbench.reduceMotion': 'on', 'remote.autoForwardPorts': false });
    const browser = await launchBrowser();
    try {
      const page = await openWindow(browser, demo.vscode.url);
      const camera = openCamera(page, demo, FOLDER);
      await takeAll(page, camera, wanted);
    } finally {
      await browser.close();
    }
  } finally {
    await demo.stop();
  }
  console.log(`The pictures are in ${path.relative(process.cwd(), FOLDER)}/`);
}

/** Each scene begins where the one before ended, so all are played; only those that are wanted are photographed. */
async function takeAll(page: Page, camera: Camera, wanted: readonly string[]): Promise<void> {
  page.setDefaultTimeout(30_000);
  for (const { name, play, pose, pictures = [] } of SCENES) {
    await playOrShow(page, () => play(page, camera.demo));
    if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
    await playOrShow(page, () => camera.take({ name, pictures, pose: pose && (() => pose(page)) }));
  }
}

/** A scene that cannot be played leaves a picture of where it stopped. */
async function playOrShow(page: Page, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    await page.screenshot({ path: path.join(FOLDER, 'failed.png') });
    throw error;
  }
}

await main(process.argv.slice(2));

import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Demo } from '../demo/demo.ts';
import { fromRoot } from '../support/paths.ts';
import { fillQuickInput, pickQuickItem, quickInput, runCommand, webviewFrame } from '../vscode/browser.ts';

/** As the list of themes calls it, the file that is a class of the workbench, and the class of a page inside. */
const THEMES = {
  'light-modern': { label: 'Light Modern', file: 'light_modern', page: '.vscode-light' },
  'dark-modern': { label: 'Dark Modern', file: 'dark_modern', page: '.vscode-dark' },
  'high-contrast': {
    label: 'Dark High Contrast',
    file: 'hc_black',
    page: '.vscode-high-contrast:not(.vscode-high-contrast-light)',
  },
  'high-contrast-light': {
    label: 'Light High Contrast',
    file: 'hc_light',
    page: '.vscode-high-contrast-light',
  },
} as const;
type Theme = keyof typeof THEMES;

/** A picture that is kept in the repository. */
export interface Picture {
  readonly theme: Theme;
  /** From the project's root. */
  readonly file: string;
  /** The whole window, or the history alone. */
  readonly part: 'window' | 'view';
}

interface Shot {
  readonly name: string;
  readonly pictures: readonly Picture[];
  /** Called before each picture, for what does not outlive a change of the theme. */
  readonly pose: (() => Promise<void>) | undefined;
}

export interface Camera {
  readonly demo: Demo;
  /** Saves what the window shows in the four themes. */
  take(shot: Shot): Promise<void>;
}

export function openCamera(page: Page, demo: Demo, folder: string): Camera {
  return {
    demo,
    async take({ name, pictures, pose }) {
      await mkdir(folder, { recursive: true });
      for (const theme of Object.keys(THEMES).filter(isTheme)) {
        await wear(page, theme);
        await pose?.();
        const file = path.join(folder, `${name}-${theme}.png`);
        await page.screenshot({ path: file });
        for (const picture of pictures) if (picture.theme === theme) await keep(page, file, picture);
      }
      console.log(name);
    },
  };
}

function isTheme(name: string): name is Theme {
  return name in THEMES;
}

async function wear(page: Page, theme: Theme): Promise<void> {
  const { label, file, page: inside } = THEMES[theme];
  await runCommand(page, 'Preferences: Color Theme');
  await fillQuickInput(page, 'Color Theme', label);
  await pickQuickItem(page, 'Color Theme', label);
  await page.locator(`.monaco-workbench[class*="${file}"]`).waitFor();
  await quickInput(page).waitFor({ state: 'hidden' });
  // The pages inside are told of it after the workbench.
  await webviewFrame(page).locator(`body${inside}`).waitFor();
}

async function keep(page: Page, whole: string, { file, part }: Picture): Promise<void> {
  const target = fromRoot(file);
  await mkdir(path.dirname(target), { recursive: true });
  if (part === 'window') await copyFile(whole, target);
  else await page.locator('iframe.webview').last().screenshot({ path: target });
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core';
import { findChromium } from './chromium.ts';

const EXTENSION_ID = 'timecard.timecard-for-jira';
/** A busy machine takes its time for the whole of a VS Code. */
const START_LIMIT_MS = 60_000;

/** Quiet, and able to start as root in a container and behind a closed network. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Starts a headless browser of this machine with a fresh profile. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...sandbox] });
}

export interface WindowOptions {
  /** Called before the page loads, to expose functions or listen. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** Wait for the status bar; off when tests in the extension host may end the window before it shows. */
  readonly waitForWorkbench?: boolean;
}

/** Opens a VS Code window in a new tab and waits for its workbench. */
export async function openWindow(
  target: Browser | BrowserContext,
  url: string,
  options: WindowOptions = {},
): Promise<Page> {
  const page = await target.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await options.prepare?.(page);
  await page.goto(url, { timeout: START_LIMIT_MS });
  if (options.waitForWorkbench !== false) await waitForWorkbench(page);
  return page;
}

/** Waits until the window shows its status bar. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: START_LIMIT_MS });
}

/** A status-bar item of the extension by the id the extension gave it, for example `timecard.timer`. */
export function statusBarItem(page: Page, itemId: string): Locator {
  return page.locator(`[id="${EXTENSION_ID}.${itemId}"]`);
}

/** The document inside the extension's webview. */
export function webviewFrame(page: Page): FrameLocator {
  return page
    .frameLocator(`iframe.webview[src*="extensionId=${EXTENSION_ID}"]`)
    .last()
    .frameLocator('iframe#active-frame');
}

/** The input of the quick pick or input box that is open. */
export function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget:visible');
}

/**
 * Runs a command by its full title, as the command palette shows it. A page that has just opened takes the focus when it
 * has loaded, which closes the palette: it is opened again then.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const widget = quickInput(page);
  const box = widget.locator('.quick-input-box input');
  const row = widget.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (let left = 3; ; left -= 1) {
    await page.keyboard.press('F1');
    try {
      await box.fill(`>${title}`, { timeout: 5_000 });
      await row.click({ timeout: 10_000 });
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** Types into the quick input that asks for `prompt` (part of its title, placeholder or message). */
export async function fillQuickInput(page: Page, prompt: string | RegExp, text: string): Promise<void> {
  const widget = await quickInputAsking(page, prompt);
  await widget.locator('.quick-input-box input').fill(text);
}

/** Types into the quick input that asks for `prompt` and presses Enter. */
export async function answerQuickInput(page: Page, prompt: string | RegExp, text: string): Promise<void> {
  await fillQuickInput(page, prompt, text);
  await page.keyboard.press('Enter');
}

/** Picks the first row with this text in the quick pick that asks for `prompt`. */
export async function pickQuickItem(page: Page, prompt: string | RegExp, item: string | RegExp): Promise<void> {
  const widget = await quickInputAsking(page, prompt);
  await widget.locator('.quick-input-list .monaco-list-row', { hasText: item }).first().click();
}

async function quickInputAsking(page: Page, prompt: string | RegExp): Promise<Locator> {
  const wanted = typeof prompt === 'string' ? new RegExp(escapeRegExp(prompt), 'i') : prompt;
  const byText = page.locator('.quick-input-widget:visible', { hasText: wanted });
  const byPlaceholder = page.locator('.quick-input-widget:visible', { has: page.getByPlaceholder(wanted) });
  const widget = byText.or(byPlaceholder);
  await widget.first().waitFor();
  return widget.first();
}

/** Chooses from the menu that is open, by keys: a click too soon after the menu came is not taken. */
export async function chooseFromMenu(page: Page, text: string): Promise<void> {
  const item = page.locator('.monaco-menu .action-item', { hasText: text }).first();
  await item.waitFor();
  for (let presses = 0; presses < 30; presses += 1) {
    if ((await item.getAttribute('class'))?.includes('focused') === true) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await item.waitFor({ state: 'detached' });
}

/** Toasts that are showing. */
export function notifications(page: Page): Locator {
  return page.locator('.notifications-toasts .notification-list-item');
}

/** Saves what the window shows as `<folder>/<name>.png` and returns the file. */
export async function screenshot(page: Page, folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

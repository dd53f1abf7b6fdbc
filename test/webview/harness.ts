import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { sidebarHtml } from '../../src/editor/sidebar/html.ts';
import type { FromView } from '../../src/protocol/messages.ts';
import { BUNDLE } from './bundle.ts';
import { dressScript } from './dress.ts';
import { EXTENSION_STUB } from './extensionStub.ts';
import { NOW, type Scene, snapshot } from './samples.ts';
import { DARK, type Theme } from './themes.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

/** Serves the real page with the real bundle on loopback. */
async function serve(): Promise<{ server: Server; origin: string }> {
  let origin = '';
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (name === '/') {
      const page = sidebarHtml({
        cspSource: origin,
        nonce: 'dGVzdC1ub25jZQ',
        scriptUri: '/view.js',
        styleUri: '/view.css',
        codiconUri: '/codicon.css',
        title: 'Time records',
        lang: 'en',
      });
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
      return;
    }
    readFile(path.join(BUNDLE, path.basename(name))).then(
      (content) => response.setHeader('content-type', TYPES[path.extname(name)] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  origin = `http://127.0.0.1:${address.port}`;
  return { server, origin };
}

/** The editor's API, and what is asked of the page by tests. */
const EDITOR_SCRIPT = `(() => {
  window.posts = [];
  window.violations = [];
  window.addEventListener('securitypolicyviolation', (event) => {
    window.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample);
  });
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      window.posts.push(structuredClone(message));
      window.extension.receive(message);
    },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  window.setHidden = (hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
  };
})();`;

export interface ViewOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly fontSize?: string;
  /** `null`: the page is left waiting for its first snapshot. */
  readonly snapshot?: Scene | null;
  readonly reducedMotion?: boolean;
  /** How many days of 25 records it is filled with, as by `fill`. */
  readonly days?: number;
  /** Let time stand still, with timers that run only when told to. */
  readonly stopClock?: boolean;
}

const QUIET: readonly FromView['type'][] = ['look', 'find', 'log'];

/** One open view, as a person and the extension see it. */
export class OpenView {
  constructor(readonly page: Page) {}

  /** Sends any message to the view, as the extension would. */
  async send(message: unknown): Promise<void> {
    await this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
    // Messages arrive in order: when this one has, so has the other.
    await this.page.evaluate(
      "new Promise((resolve) => { const channel = 'probe' + Math.random(); addEventListener('message', function arrived({ data }) { if (data === channel) { removeEventListener('message', arrived); resolve(); } }); postMessage(channel, '*'); })",
    );
  }

  /** Shows a snapshot, and the records of its days as the list. */
  async show({ days, ...next }: Scene): Promise<void> {
    await this.send({ type: 'snapshot', snapshot: next });
    await this.page.evaluate(`window.extension.set(${JSON.stringify(days)})`);
    await this.settled();
  }

  /** Fills the list with many records, from today back: `d<day>-<record>`, the newest first. */
  async fill(days: number, perDay = 25): Promise<void> {
    await this.page.evaluate(
      `window.extension.generate(${days}, ${perDay}, '${new Date(NOW).toISOString().slice(0, 10)}')`,
    );
    await this.settled();
  }

  /** What is on the way to the page, and the page's answers, have arrived. */
  async settled(): Promise<void> {
    await this.send({ type: 'nothing' });
    await this.send({ type: 'nothing' });
    await this.send({ type: 'nothing' });
  }

  /** What was posted, but for what the page does by itself to have its records. */
  async posts(): Promise<FromView[]> {
    const posts = await this.page.evaluate<FromView[]>('window.posts');
    return posts.filter(({ type }) => !QUIET.includes(type));
  }

  /** What was posted since the last call. */
  async takePosts(): Promise<FromView[]> {
    const posts = await this.page.evaluate<FromView[]>('window.posts.splice(0)');
    return posts.filter(({ type }) => !QUIET.includes(type));
  }

  violations(): Promise<string[]> {
    return this.page.evaluate<string[]>('window.violations');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  record(id: string): Locator {
    return this.page.locator(`[data-record="${id}"]`);
  }

  /** The record and control that have focus, for example `r1/edit`. */
  focus(): Promise<string> {
    return this.page.evaluate<string>(
      "(() => { const at = document.activeElement; return (at?.closest('[data-record]')?.dataset.record ?? '') + '/' + (at?.dataset?.control ?? (at === document.body ? 'body' : '')); })()",
    );
  }

  /** The record that stands so far down the window, in px, once one has come there. */
  async recordAt(y: number): Promise<string> {
    for (;;) {
      const at = `document.elementFromPoint(150, ${y})?.closest('[data-record]')?.dataset.record`;
      const id = await this.evaluate<string | undefined>(at);
      if (id !== undefined) return id;
      await this.evaluate('new Promise((done) => requestAnimationFrame(() => done()))');
    }
  }

  evaluate<T>(script: string): Promise<T> {
    return this.page.evaluate<T>(script);
  }
}

export interface Harness {
  open(options?: ViewOptions): Promise<OpenView>;
  close(): Promise<void>;
}

/** Starts the server and one browser. Chromium is the one at `CHROME_PATH`, else Debian's. */
export async function startHarness(): Promise<Harness> {
  const { server, origin } = await serve();
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 300, height: options.height ?? 760 },
        reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
        locale: 'en-US',
      });
      const page = await context.newPage();
      if (options.stopClock === true) {
        await page.clock.install({ time: NOW - 60_000 });
        await page.clock.pauseAt(NOW);
      } else await page.clock.setFixedTime(NOW);
      await page.addInitScript(EXTENSION_STUB);
      await page.addInitScript(EDITOR_SCRIPT);
      await page.addInitScript(dressScript(options.theme ?? DARK, options.fontSize));
      await page.goto(origin);
      const view = new OpenView(page);
      await view.evaluate("document.fonts.load('16px codicon').then(() => undefined)");
      if (options.snapshot !== null) await view.show(options.snapshot ?? snapshot());
      // The toolkit finishes its buttons in the next frame.
      if (options.stopClock !== true)
        await view.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
      if (options.days !== undefined) await view.fill(options.days);
      return view;
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

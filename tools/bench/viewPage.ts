import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { sidebarHtml } from '../../src/editor/sidebar/html.ts';
import { fromRoot } from '../support/paths.ts';
import type { Row } from './part.ts';
import { type Bridge, createBridge } from './viewBridge.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

/** The history's page as it is shipped, on loopback. */
export interface ServedPage {
  readonly origin: string;
  readonly bridge: Bridge;
  readonly sizes: readonly Row[];
  close(): Promise<void>;
}

/** Builds the view into `folder` and serves it. */
export async function servePage(folder: string): Promise<ServedPage> {
  const { metafile } = await build({
    entryPoints: [{ in: fromRoot('webview-ui/src/main.ts'), out: 'view' }],
    outdir: folder,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'iife',
    target: 'chrome128',
    // The very first thing that the script does.
    banner: { js: 'window.measured?.began();' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  let origin = '';
  const bridge = createBridge();
  const server = createServer((request, response) => {
    if (bridge.serve(request, response)) return;
    const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (name === '') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(pageAt(origin));
      return;
    }
    const from = name.startsWith('codicon') ? fromRoot('node_modules/@vscode/codicons/dist') : folder;
    readFile(path.join(from, name)).then(
      (content) => response.setHeader('content-type', TYPES[path.extname(name)] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page has no port.');
  origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    bridge,
    sizes: sizesOf(metafile),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The page as it is shipped, but that it may talk to the bridge. */
function pageAt(origin: string): string {
  const html = sidebarHtml({
    cspSource: origin,
    nonce: 'YmVuY2htYXJr',
    scriptUri: '/view.js',
    styleUri: '/view.css',
    codiconUri: '/codicon.css',
    title: 'Time records',
    lang: 'en',
  });
  return html.replace("default-src 'none'", `default-src 'none'; connect-src ${origin}`);
}

/** What takes the space in the script, largest first, in KiB. */
function sizesOf({ outputs }: Metafile): readonly Row[] {
  const [, script] = Object.entries(outputs).find(([name]) => name.endsWith('view.js')) ?? [];
  if (script === undefined) throw new Error('The view has no script.');
  const byPart = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(script.inputs)) {
    const part = partOf(input);
    byPart.set(part, (byPart.get(part) ?? 0) + bytesInOutput);
  }
  const rows = [...byPart].sort(([, a], [, b]) => b - a).slice(0, 6);
  return [['whole script', script.bytes] as const, ...rows].map(([part, bytes]) => ({
    part,
    KiB: bytes / 1_024,
  }));
}

/** The package a file belongs to, or our own code. */
function partOf(input: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  return name ?? 'our own';
}

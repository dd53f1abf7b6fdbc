import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ToView } from '../../src/protocol/messages.ts';

/** What stands between a page and the extension: text over loopback, about as quick as the editor's own way. */
export interface Bridge {
  /** Answers a request of the page that is for the extension. @returns whether it was one */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
  /** Hands a message to the page. */
  post(message: ToView): void;
  /** Hears what the page says from now on. */
  listen(hear: (message: unknown) => void): void;
}

/** What the page asks for to be told, and where it tells. */
const HEAR = '/to-view';
const SAY = '/to-extension';

/** The page's end: `window.toExtension(message)` tells the extension; what it says arrives as in the editor. */
export const PAGE_END = `(() => {
  const source = new EventSource('${HEAR}');
  source.onmessage = ({ data }) => window.postMessage(JSON.parse(data), '*');
  let last = new Promise((resolve) => { source.onopen = resolve; });
  let waiting = [];
  // What is said in one go goes in one go: each journey over loopback takes longer than all of the editor's own way.
  window.toExtension = (message) => {
    if (waiting.push(message) > 1) return;
    last = last.then(() => Promise.resolve()).then(() => {
      const body = JSON.stringify(waiting);
      waiting = [];
      return fetch('${SAY}', { method: 'POST', body });
    });
  };
})();`;

export function createBridge(): Bridge {
  let page: ServerResponse | undefined;
  let hear: (message: unknown) => void = () => undefined;
  return {
    serve(request, response) {
      if (request.url === HEAR) {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        response.flushHeaders();
        page = response;
        return true;
      }
      if (request.url !== SAY) return false;
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        response.writeHead(204).end();
        for (const message of parsed(body)) hear(message);
      });
      return true;
    },
    post(message) {
      page?.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    listen(next) {
      hear = next;
    },
  };
}

function parsed(body: string): readonly unknown[] {
  const messages: unknown = JSON.parse(body);
  return Array.isArray(messages) ? messages : [];
}

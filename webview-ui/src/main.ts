import './view.css';
import { type FromView, parseMessage, ToView } from '../../src/protocol/messages.ts';
import { registerKit } from './kit.ts';
import { createPage, type Page } from './page.ts';
import { parseSaved } from './saved.ts';

interface VsCodeApi {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Provided by the editor; may be called once. */
declare function acquireVsCodeApi(): VsCodeApi;

function handle(page: Page, message: ToView): void {
  switch (message.type) {
    case 'snapshot':
      page.show(message.snapshot);
      break;
    case 'said':
      page.say(message.text, message.tone);
      break;
    case 'list':
    case 'ids':
    case 'found':
    case 'editing':
    case 'checked':
    case 'saved':
    case 'suggested':
    case 'synced':
    case 'logged':
    case 'showTab':
      break;
    default:
      // A message type without a case above does not compile.
      message satisfies never;
  }
}

function listen(page: Page): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = parseMessage(ToView, event.data);
    if (message !== undefined) handle(page, message);
  });
}

function start(root: HTMLElement): void {
  const editor = acquireVsCodeApi();
  const post = (message: FromView): void => editor.postMessage(message);
  registerKit();
  const page = createPage(root, post, parseSaved(editor.getState()), (saved) => editor.setState(saved));
  listen(page);
  post({ type: 'ready' });
}

const root = document.getElementById('app');
if (root !== null) start(root);

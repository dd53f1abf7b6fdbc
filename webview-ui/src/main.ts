import './view.css';
import { type FromView, parseMessage, ToView } from '../../src/protocol/messages.ts';
import { prepareDates } from './context.ts';
import { registerKit } from './kit.ts';
import { firstLook } from './list/lookout.ts';
import { createPage, type Page } from './page.ts';
import { createRequests, type Requests } from './requests.ts';
import { createKeeper, parseSaved } from './saved.ts';

interface VsCodeApi {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Provided by the editor; may be called once. */
declare function acquireVsCodeApi(): VsCodeApi;

function handle(page: Page, requests: Requests, message: ToView): void {
  switch (message.type) {
    case 'snapshot':
      page.show(message.snapshot);
      if (message.list !== undefined) page.showList(message.list);
      break;
    case 'said':
      page.say(message.text, message.tone);
      break;
    case 'list':
      page.showList(message.list);
      break;
    case 'ids':
    case 'found':
    case 'editing':
    case 'checked':
    case 'saved':
    case 'suggested':
    case 'logged':
      requests.answer(message);
      break;
    case 'synced':
      page.showResult(message);
      break;
    case 'startEdit':
      page.startEdit(message.id);
      break;
    case 'showTab':
      page.showTab(message.tab, message.recordId);
      break;
    default:
      // A message type without a case above does not compile.
      message satisfies never;
  }
}

/**
 * The editor hands messages on from the frame around this page, which has the same origin; nobody else is heard. The
 * frame itself is unknown: the editor takes `window.parent` away.
 */
function isFromEditor({ origin }: MessageEvent<unknown>): boolean {
  return origin === window.origin;
}

function listen(page: Page, requests: Requests): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = isFromEditor(event) ? parseMessage(ToView, event.data) : undefined;
    if (message !== undefined) handle(page, requests, message);
  });
}

function start(root: HTMLElement): void {
  const editor = acquireVsCodeApi();
  const post = (message: FromView): void => editor.postMessage(message);
  const keeper = createKeeper(parseSaved(editor.getState()), (saved) => editor.setState(saved));
  // The answer is on its way while the page is built, and cannot come before that is done.
  post({ type: 'ready', look: firstLook(keeper.get()) });
  registerKit();
  const requests = createRequests(post);
  const page = createPage(root, { post, requests, keeper });
  listen(page, requests);
  page.start();
  // While the answer is on its way. The font would be asked for by the first icon, and rows be laid out again for it.
  prepareDates();
  void document.fonts.load('1em codicon');
}

const root = document.getElementById('app');
if (root !== null) start(root);

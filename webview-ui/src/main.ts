import './view.css';
import { type FromView, parseMessage, ToView } from '../../src/protocol/messages.ts';
import { prepareDates } from './context.ts';
import { registerKit } from './kit.ts';
import { firstLook } from './list/lookout.ts';
import { createPage, type Page } from './page.ts';
import { createRequests, type Requests } from './requests.ts';
import { createKeeper, parseSaved } from './saved.ts';
import { inNextTask } from './tasks.ts';

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

/** Keeps what comes before somebody takes it. */
function createInbox(): { open(take: (message: ToView) => void): void } {
  const early: ToView[] = [];
  let hand = (message: ToView): void => void early.push(message);
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = isFromEditor(event) ? parseMessage(ToView, event.data) : undefined;
    if (message !== undefined) hand(message);
  });
  return {
    open(take) {
      hand = take;
      for (const message of early.splice(0)) take(message);
    },
  };
}

function start(root: HTMLElement): void {
  const editor = acquireVsCodeApi();
  const post = (message: FromView): void => editor.postMessage(message);
  const keeper = createKeeper(parseSaved(editor.getState()), (saved) => editor.setState(saved));
  const inbox = createInbox();
  post({ type: 'ready', look: firstLook(keeper.get()) });
  // The frame around this page passes it on once this task has ended, so the page is built while the answer is on its way.
  inNextTask(() => {
    registerKit();
    const requests = createRequests(post);
    const page = createPage(root, { post, requests, keeper });
    page.start();
    prepareDates();
    // It would be asked for by the first icon, and rows be laid out again when it has come.
    void document.fonts.load('1em codicon');
    inbox.open((message) => handle(page, requests, message));
  });
}

const root = document.getElementById('app');
if (root !== null) start(root);

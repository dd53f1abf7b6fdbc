import type { ToView } from '../../src/protocol/messages.ts';
import { median } from './part.ts';

/** Milliseconds since the epoch, by one clock on both sides. */
export interface PageTimes {
  /** The script's first statement. */
  readonly began: number;
  /** The script is evaluated and takes the editor's hand. */
  readonly evaluated: number;
  readonly saidReady: number;
  /** The snapshot and the first part of the list have both come. */
  readonly arrived: number;
  /** A frame with rows is on the screen. */
  readonly painted: number;
}

export interface ExtensionTimes {
  readonly heardReady: number;
  /** The snapshot and the first part of the list have both gone. */
  readonly posted: number;
}

/** One load of the page, leg by leg. */
export type Load = PageTimes & ExtensionTimes;

const LEGS: readonly { readonly leg: string; readonly of: Side; readonly from: keyof Load; readonly to: keyof Load }[] =
  [
    { leg: 'script evaluated', of: 'view', from: 'began', to: 'evaluated' },
    { leg: 'first question asked', of: 'view', from: 'evaluated', to: 'saidReady' },
    { leg: 'question on its way', of: 'harness', from: 'saidReady', to: 'heardReady' },
    { leg: 'answered with what was read before', of: 'extension', from: 'heardReady', to: 'posted' },
    { leg: 'answer on its way, page built meanwhile', of: 'harness and view', from: 'posted', to: 'arrived' },
    { leg: 'rows drawn and on the screen', of: 'view', from: 'arrived', to: 'painted' },
  ];

type Side = 'view' | 'extension' | 'harness' | 'harness and view';

/** Median of each leg of several loads, and of the whole. */
export function legsOf(loads: readonly Load[]) {
  const whole = loads.map((load) => load.painted - load.began);
  return [
    ...LEGS.map(({ leg, of, from, to }) => ({ leg, of, ms: median(loads.map((load) => load[to] - load[from])) })),
    { leg: 'first rows after the script began', of: 'all', ms: median(whole) },
    { leg: 'the same, slowest', of: 'all', ms: Math.max(...whole) },
  ];
}

/** Writes down when the extension heard and said what the first rows need. */
export function watchExtension() {
  const posted = new Map<string, number>();
  let heardReady = 0;
  return {
    heard(message: unknown): void {
      if (heardReady === 0 && JSON.stringify(message).includes('"ready"')) heardReady = epoch();
    },
    posted(message: ToView): void {
      const types = message.type === 'snapshot' && message.list !== undefined ? ['snapshot', 'list'] : [message.type];
      for (const type of types) if (!posted.has(type)) posted.set(type, epoch());
    },
    times: (): ExtensionTimes => ({
      heardReady,
      posted: Math.max(posted.get('snapshot') ?? 0, posted.get('list') ?? 0),
    }),
  };
}

/** What the page says on its console then; asking it again and again would hold it up. */
export const ROWS_PAINTED = 'rows painted';

/** Runs in the page before its script: writes down the page's times, and how long its frames take. */
export const WATCH_PAGE = `(() => {
  const epoch = () => performance.timeOrigin + performance.now();
  const arrived = {};
  const seen = {
    began: () => { seen.times.began ||= epoch(); },
    times: { began: 0, evaluated: 0, saidReady: 0, arrived: 0, painted: 0 },
    frames: [],
    longTasks: [],
  };
  window.measured = seen;
  window.acquireVsCodeApi = () => {
    seen.times.evaluated = epoch();
    const postMessage = (message) => {
      if (message.type === 'ready') seen.times.saidReady = epoch();
      window.toExtension(message);
    };
    return { postMessage, getState: () => undefined, setState: () => undefined };
  };
  window.addEventListener('message', ({ data }) => {
    arrived[data.type] ??= epoch();
    if (data.list) arrived.list ??= epoch();
    if (seen.times.arrived === 0 && arrived.snapshot && arrived.list) seen.times.arrived = epoch();
  });
  new PerformanceObserver((list) => seen.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  let last = 0;
  let drawn = false;
  const frame = (now) => {
    if (last > 0) seen.frames.push(now - last);
    last = now;
    if (!drawn && document.querySelector('[data-record]') !== null) {
      drawn = true;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        seen.times.painted = epoch();
        console.log('${ROWS_PAINTED}');
      };
      port2.postMessage(undefined);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})();`;

function epoch(): number {
  return performance.timeOrigin + performance.now();
}

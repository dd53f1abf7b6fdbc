import type { FromView, Snapshot } from '../../src/protocol/messages.ts';
import { VIEW_TEXTS, type ViewTextKey } from '../../src/protocol/texts.ts';
import { hoursMinutes, type Times, timesFor } from './format.ts';

/** Sends a message to the extension. */
export type Post = (message: FromView) => void;

/** A text of the view in the user's language, with its placeholders filled in. */
type Translate = (key: ViewTextKey, ...values: (string | number)[]) => string;

/** What every part needs to show a snapshot. */
export interface Context {
  readonly snapshot: Snapshot;
  readonly t: Translate;
  readonly times: Times;
  /** UTC ms */
  readonly now: number;
}

/** Texts from the extension, and English for what it did not send. */
function translator(texts: Readonly<Record<string, string>>): Translate {
  return (key, ...values) => {
    const text = Object.hasOwn(texts, key) ? (texts[key] ?? VIEW_TEXTS[key]) : VIEW_TEXTS[key];
    return text.replace(/\{(\d+)\}/gu, (placeholder, index) => String(values[Number(index)] ?? placeholder));
  };
}

/** Writers of dates are dear to make, and locale and zone hardly ever change. */
let lastTimes: { readonly locale: string; readonly zone: string; readonly times: Times } | undefined;

function timesOf({ locale, zone }: Pick<Snapshot, 'locale' | 'zone'>): Times {
  if (lastTimes?.locale !== locale || lastTimes.zone !== zone) {
    lastTimes = { locale, zone, times: timesFor(locale, zone) };
  }
  return lastTimes.times;
}

/** Has the browser load what it needs for dates in the page's language; to be called while there is nothing to show. */
export function prepareDates(): void {
  timesOf({ locale: document.documentElement.lang, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }).time(0);
}

export function contextOf(snapshot: Snapshot, now: number): Context {
  return { snapshot, t: translator(snapshot.texts), times: timesOf(snapshot), now };
}

/** A duration as it is read out; `1:15` would be read as a time of day. */
export function spokenDuration(t: Translate, seconds: number): string {
  if (seconds < 60) return t('durationSeconds', Math.max(0, Math.floor(seconds)));
  const [hours = '0', minutes = '0'] = hoursMinutes(seconds).split(':');
  return hours === '0' ? t('durationMinutes', Number(minutes)) : t('duration', hours, Number(minutes));
}

type HourCycle = 'h12' | 'h23';

/** Intl takes as long to say it as to write a time, and lists of records write many. */
let last: { readonly locale: string | undefined; readonly hourCycle: HourCycle } | undefined;

/**
 * How hours are counted in a language: to 12 twice a day, or to 23. Asked wherever times are written, so that rows,
 * fields and messages agree.
 * @param locale BCP 47 that Intl knows; that of the machine when absent
 */
export function hourCycleOf(locale: string | undefined): HourCycle {
  if (last === undefined || last.locale !== locale) last = { locale, hourCycle: askIntl(locale) };
  return last.hourCycle;
}

function askIntl(locale: string | undefined): HourCycle {
  const { hour12 } = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).resolvedOptions();
  return hour12 === true ? 'h12' : 'h23';
}

/*
 * What stands in for the extension in the page's tests: it keeps records and answers `look`, `find` and `pickIds` as
 * the real one does. A script, for it runs in the page.
 */
export const EXTENSION_STUB = `(() => {
  let groups = [];
  let look;
  let sent;
  const stub = { version: 1_000_000, held: false, looks: 0, delay: 0, queue: [] };
  const secondsOf = (record) => Math.max(0, ((record.timeOut ?? record.timeIn) - record.timeIn) / 1_000);
  const sums = (records, seconds) => ({
    count: records.length,
    seconds: seconds ?? records.reduce((sum, record) => sum + secondsOf(record), 0),
    loggedSeconds: records.reduce((sum, record) => sum + (record.state === 'synced' ? secondsOf(record) : 0), 0),
  });
  const groupsFor = (choice) => {
    const text = choice.text.trim().toLowerCase();
    const states = { waiting: ['pending', 'failed', 'unknown', 'queued', 'syncing'] }[choice.state] ?? [choice.state];
    const fits = (record) =>
      (text === '' || JSON.stringify(record).toLowerCase().includes(text)) &&
      (choice.state === 'all' || states.includes(record.state)) &&
      (choice.issueKey === '' || record.issueKey === choice.issueKey) &&
      (choice.project === '' || (record.issueKey ?? '').startsWith(choice.project + '-')) &&
      (choice.from === '' || record.day >= choice.from) &&
      (choice.to === '' || record.day <= choice.to);
    const isAll = text + choice.issueKey + choice.project + choice.from + choice.to === '' && choice.state === 'all';
    const days = isAll ? groups : groups
      .map((group) => ({ key: group.key, records: group.records.filter(fits) }))
      .filter(({ records }) => records.length > 0);
    if (choice.grouping === 'day') return days;
    const byKey = new Map();
    for (const record of days.flatMap(({ records }) => records)) {
      const key = record.issueKey ?? '';
      byKey.set(key, [...(byKey.get(key) ?? []), record]);
    }
    return [...byKey].map(([key, records]) => ({ key, records, summary: records[0].summary, statusCategory: records[0].statusCategory }));
  };
  const weekOf = (day) => {
    const date = new Date(day + 'T00:00:00Z');
    if (Number.isNaN(date.getTime())) return day;
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
    return date.toISOString().slice(0, 10);
  };
  const weeksFor = (shown) => {
    const weeks = [];
    for (const group of shown) {
      const key = weekOf(group.key);
      const own = sums(group.records, group.seconds);
      const last = weeks.at(-1);
      if (last?.key !== key) weeks.push({ key, days: 1, ...own });
      else {
        last.days += 1;
        for (const name of ['count', 'seconds', 'loggedSeconds']) last[name] += own[name];
      }
    }
    return weeks;
  };
  const outlineFor = (choice) => {
    const shown = groupsFor(choice);
    const heads = shown.map(({ key, records, seconds, summary, statusCategory }) => ({
      key, summary: summary ?? null, statusCategory: statusCategory ?? null, ...sums(records, seconds),
    }));
    return {
      ...sums(shown.flatMap(({ records }) => records)),
      groups: heads,
      weeks: choice.grouping === 'day' ? weeksFor(shown) : [],
      projects: [...new Set(groups.flatMap(({ records }) => records).map(({ issueKey }) => (issueKey ?? '').split('-')[0]))].filter((key) => key !== '').sort(),
    };
  };
  const post = (message) => {
    if (stub.delay > 0) setTimeout(() => window.postMessage(message, '*'), stub.delay);
    else window.postMessage(message, '*');
  };
  const answer = (stale) => {
    if (look === undefined) return;
    if (stub.held) return;
    const { choice, slices } = look;
    const shown = new Map(groupsFor(choice).map((group) => [group.key, group.records]));
    const text = JSON.stringify(choice) + stub.edition;
    const isNew = text !== sent;
    sent = text;
    stub.version += 1;
    post({ type: 'list', list: {
      version: stub.version,
      choice,
      outline: isNew ? outlineFor(choice) : null,
      rows: slices.map(({ group, from, count }) => ({ group, from, records: (shown.get(group) ?? []).slice(from, from + count) })),
      stale,
    } });
  };
  const find = (id) => {
    for (const { key, records } of groupsFor(look.choice)) {
      const index = records.findIndex((record) => record.id === id);
      if (index >= 0) return { group: key, index };
    }
    return null;
  };
  stub.edition = 0;
  stub.set = (days) => {
    groups = days.map(({ day, seconds, records }) => ({ key: day, seconds, records }));
    stub.edition += 1;
    answer(true);
  };
  stub.generate = (days, perDay, from) => {
    const minute = 60_000;
    stub.set(Array.from({ length: days }, (_, index) => {
      const start = Date.parse(from + 'T00:00:00Z') - index * 86_400_000;
      const day = new Date(start).toISOString().slice(0, 10);
      const records = Array.from({ length: perDay }, (_, n) => ({
        id: 'd' + index + '-' + n, timeIn: start + (perDay - n) * 20 * minute, timeOut: start + ((perDay - n) * 20 + 15) * minute,
        zone: 'Europe/Berlin', day, notes: 'Record ' + n + ' of ' + day, externalLink: null, branch: null,
        issueKey: 'DEMO-' + ((index + n) % 50), summary: 'Issue ' + ((index + n) % 50), issueStatus: 'Open', statusCategory: 'new',
        hasIssueUrl: true, state: n % 2 === 0 ? 'synced' : 'pending', problem: null, lastSyncedAt: null, canSync: n % 2 === 1, hasWorklog: n % 2 === 0, overlaps: false,
      }));
      return { day, records };
    }));
  };
  /** Changes the records by day in place. */
  stub.change = (change) => {
    groups = change(groups);
    stub.edition += 1;
    answer(true);
  };
  stub.release = () => { stub.held = false; answer(false); };
  stub.receive = (message) => {
    const asked = message.type === 'look' ? message : message.type === 'ready' ? message.look : undefined;
    if (asked !== undefined) {
      look = asked;
      stub.looks += 1;
      if (stub.edition > 0) answer(false);
    }
    if (message.type === 'find') post({ type: 'found', request: message.request, place: find(message.id) });
    if (message.type === 'pickIds') {
      const shown = new Map(groupsFor(look.choice).map((group) => [group.key, group.records]));
      const records = message.slices.flatMap(({ group, from, count }) => (shown.get(group) ?? []).slice(from, from + count));
      post({ type: 'ids', request: message.request, ids: records.map(({ id }) => id), seconds: records.map(secondsOf) });
    }
  };
  window.extension = stub;
})();`;

const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { performance } = require('node:perf_hooks');
const { setTimeout: delay } = require('node:timers/promises');
const vscode = require('vscode');

const MINUTE_MS = 60_000;
/** How often a window takes the timer over, in changes. */
const TIMER_EVERY = 10;

/*
 * One window of `npm run prove:windows`: waits until all are there (hosts.ts writes `go`, with the UTC ms until which to
 * go on), then changes the database through the API that Timecard offers to every extension. What was acknowledged is
 * written down before the next change. The window is called by the process that its extension host is.
 */
exports.activate = () => {
  const folder = process.env.TIMECARD_PROVE;
  if (folder) void commitUntilTold(folder);
};

async function commitUntilTold(folder) {
  const file = (kind) => path.join(folder, `${process.pid}.${kind}`);
  try {
    const api = await vscode.extensions.getExtension('timecard.timecard-for-jira').activate();
    await api.timer.current();
    writeFileSync(file('ready'), '');
    while (!existsSync(path.join(folder, 'go'))) await delay(20);
    const until = Number(readFileSync(path.join(folder, 'go'), 'utf8'));
    for (let n = 0; Date.now() < until; n += 1) await change(api, n, file('acknowledged'));
    writeFileSync(file('done'), '');
  } catch (error) {
    writeFileSync(file('failed'), error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function change(api, n, acknowledged) {
  const notes = `${process.pid}-${n}`;
  const started = performance.now();
  if (n % TIMER_EVERY === TIMER_EVERY - 1) await api.timer.clockIn({ notes, issueKey: 'DEMO-7' });
  else await api.records.add({ ...span(n), notes, issueKey: 'DEMO-7' });
  appendFileSync(acknowledged, `${n} ${(performance.now() - started).toFixed(2)}\n`);
}

/** Half a minute, the day before yesterday or earlier. */
function span(n) {
  const timeIn = Date.now() - (2 * 24 * 60 + n) * MINUTE_MS;
  return { timeIn: new Date(timeIn).toISOString(), timeOut: new Date(timeIn + MINUTE_MS / 2).toISOString() };
}

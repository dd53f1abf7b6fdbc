import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { TimecardError } from '../src/core/errors.ts';
import type { Log, Sleep } from '../src/core/ports.ts';
import { createJiraGateway, gatewayFromEnv } from '../src/jira/gateway.ts';
import { runChecklist } from './jiraCheck/checklist.ts';
import { type CheckConfig, HELP, readConfig } from './jiraCheck/config.ts';
import { addUp, TABLE_HEAD, tableLine, withoutToken } from './jiraCheck/report.ts';

/*
 * `npm run check:jira`: the checklist on a real Jira. See HELP in jiraCheck/config.ts.
 */

const sleep: Sleep = async (ms, signal) => {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new TimecardError('cancelled', 'Stopped.', { outcome: 'notSent', cause: error });
  }
};

const clock = { now: () => Date.now(), zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone };
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function check(config: CheckConfig): Promise<boolean> {
  const gatewayUrl = gatewayFromEnv(process.env.TIMECARD_ATLASSIAN_GATEWAY);
  const gateway = createJiraGateway({
    ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
    ...{ userAgent: 'timecard-for-jira/check', sleep, random: Math.random, clock, log: quiet },
  });
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  console.log(TABLE_HEAD);
  const rows = await runChecklist(config, {
    ...{ gateway, clock, sleep, newId: randomUUID, signal: stop.signal },
    onRow: (row) => console.log(tableLine(row, config.credentials)),
  });
  const { ok, text } = addUp(rows);
  console.log(`\n${text}`);
  return ok;
}

const config = readConfig(process.env);
if ('problems' in config) {
  console.error(`${config.problems.join('\n')}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await check(config)) ? 0 : 1;
  } catch (error) {
    console.error(withoutToken(error instanceof Error ? error.message : String(error), config.credentials));
    process.exitCode = 1;
  }
}

import { strict as assert } from 'node:assert';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TimecardApi } from '../../../src/api.ts';

export interface HostSite {
  readonly url: string;
  readonly controlUrl: string;
  readonly email: string;
  readonly tokens: Readonly<Record<string, string>>;
}

interface Consumer {
  readonly api: TimecardApi;
  /** Its own global storage. */
  readonly storage: string;
}

async function consumer(): Promise<Consumer> {
  const extension = vscode.extensions.getExtension<Consumer>('timecard.timecard-consumer');
  assert.ok(extension, 'The consumer extension is not there');
  return extension.activate();
}

/** The API as another extension gets it. */
export async function timecard(): Promise<TimecardApi> {
  return (await consumer()).api;
}

/** The folder of Timecard's database, beside that of the extension which consumes its API. */
export async function timecardStorage(): Promise<string> {
  return path.join(path.dirname((await consumer()).storage), 'timecard.timecard-for-jira');
}

/** The simulated sites, or `undefined` where the tests run without them. */
export function sites(): { readonly cloud: HostSite; readonly dataCenter: HostSite } | undefined {
  const told = process.env.TIMECARD_TEST_JIRA;
  return told === undefined ? missingUnlessCi('simulated sites') : JSON.parse(told);
}

/** Under CI a test that has not what it needs fails; elsewhere it is left out. */
export function missingUnlessCi(what: string): undefined {
  assert.notEqual(process.env.CI, 'true', `There are no ${what}`);
}

export function token(site: HostSite, name: string): string {
  const value = site.tokens[name];
  assert.ok(value, `There is no token named ${name}`);
  return value;
}

/** Leaves nothing behind: no running record, no records, no connections. */
export async function clear(api: TimecardApi): Promise<void> {
  if ((await api.timer.current()) !== undefined) await api.timer.clockOut();
  for (const { id } of await api.records.list()) await api.records.remove(id, { worklog: 'keep' });
  for (const { id } of await api.connections.list()) await api.connections.remove(id);
}

/** Keeps the tests of the `describe` that calls it apart: nothing is left of an earlier one, no box stays open. */
export function keepApart(): void {
  beforeEach(async () => clear(await timecard()));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeQuickOpen'));
  after(async () => clear(await timecard()));
}

/** Asks again and again until `probe` has an answer. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, limitMs = 10_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs a command that asks something, and closes the box until the command has ended. */
export function closeWhatItAsks(command: string): Promise<void> {
  return pressUntilEnded(command, 'workbench.action.closeQuickOpen');
}

/** Runs a command, and takes the first of everything it offers until it has ended. */
export function takeWhatItOffers(command: string): Promise<void> {
  return pressUntilEnded(command, 'workbench.action.acceptSelectedQuickOpenItem');
}

async function pressUntilEnded(command: string, key: string): Promise<void> {
  let ended = false;
  const done = Promise.resolve(vscode.commands.executeCommand(command)).then(() => {
    ended = true;
  });
  await eventually(`${command} to end`, async () => {
    await vscode.commands.executeCommand(key);
    return ended || undefined;
  });
  await done;
}

/** Checks that a call is refused as a bad argument whose message begins with `name`. */
export async function refused(name: string, call: () => Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error, 'not an Error');
    assert.equal('reason' in error && error.reason, 'invalid', error.message);
    assert.ok(error.message.startsWith(name), `"${error.message}" does not begin with ${name}`);
    return true;
  });
}

/** ISO date of some minutes ago, on the whole minute. */
export function minutesAgo(minutes: number): string {
  return new Date(Math.floor(Date.now() / 60_000) * 60_000 - minutes * 60_000).toISOString();
}

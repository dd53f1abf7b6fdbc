import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeKey } from '../../../src/core/backfill.ts';
import { checkEstimate } from '../../../src/core/estimate.ts';
import { inferIssueKey, keyFromUrl, normalizeIssueKey } from '../../../src/core/issueKey.ts';
import { checkedSite, jiraAddressCandidates } from '../../../src/core/jiraAddress.ts';
import { parseJiraTime } from '../../../src/core/jiraTime.ts';
import { newRecord } from '../../../src/core/newRecord.ts';
import { commitsIn } from '../../../src/core/reflog.ts';
import { type SyncLogRow, syncLogCsv } from '../../../src/core/syncLogCsv.ts';
import { plainText } from '../../../src/core/text.ts';
import { checkExternalLink, checkIssueKey, checkNotes, parseInstant } from '../../../src/core/timeRules.ts';
import { worklogComment } from '../../../src/core/worklogContent.ts';
import { adfToText, textToAdf } from '../../../src/jira/adf.ts';
import { USUAL_BYTES } from '../../../src/jira/http.ts';
import { searchTerms, wordsJql } from '../../../src/jira/jql.ts';
import { jiraText, waitOf } from '../../../src/jira/reply.ts';
import { textToWiki, wikiToText } from '../../../src/jira/wiki.ts';
import { FromView, parseMessage, ToView } from '../../../src/protocol/messages.ts';
import { parseSaved } from '../../../webview-ui/src/saved.ts';
import { nearly, replaced } from './changes.ts';
import { describeReaders, type NamedReader } from './everyReader.ts';
import { attackText } from './patterns.ts';
import { runs } from './runs.ts';
import { DOCUMENT, SAVED, TO_VIEW } from './samples.ts';
import { type Reader, readOrRefuse, slowReading, standstill } from './timing.ts';

const HASH = 'a'.repeat(40);
const record = newRecord({
  ...{ id: 'r1', timeIn: 0, timeOut: 60_000, zone: 'UTC', now: 0, issueKey: null, notes: '', source: 'manual' },
});
const attempt: SyncLogRow = {
  ...{ startedAt: 0, finishedAt: 1, issueKey: 'PROJ-1', recordId: 'r1', worklogId: null, httpStatus: 400, error: null },
  ...({ action: 'create', status: 'failed', reason: 'invalid' } as const),
};
const reply = (body: string, headers: Record<string, string> = {}) => ({
  status: 400,
  headers: { 'content-type': 'application/json', ...headers },
  body,
});

/**
 * Everything of the core, the client and the protocol that reads what somebody else wrote, and how long that may be
 * where it is more than what somebody types.
 */
const READERS: readonly NamedReader[] = [
  ['a branch name', (text) => inferIssueKey(text)],
  ['a branch name, projects known', (text) => inferIssueKey(text, { projectKeys: ['PROJ', 'A_B'] })],
  ['an issue key', (text) => [normalizeIssueKey(text), checkIssueKey('issueKey', text)]],
  ['an address of an issue', (text) => [keyFromUrl(text), keyFromUrl(`https://x.atlassian.net/${text}`)]],
  ['a Jira address', (text) => jiraAddressCandidates(text)],
  ['a Jira address after its host', (text) => jiraAddressCandidates(`https://jira.example.com/${text}`)],
  ['a kept site', (text) => checkedSite(`https://jira.example.com/${text}`)],
  ['an ISO date', (text) => [parseInstant('at', text), parseInstant('at', `2026-11-23T09:00:00${text}`)]],
  ['a date of Jira', (text) => [parseJiraTime(text), parseJiraTime(`2026-11-23T09:00:00.${text}`)]],
  ['notes', (text) => checkNotes('notes', text)],
  ['a link', (text) => [checkExternalLink('link', text), checkExternalLink('link', `https://x/${text}`)]],
  ['an estimate', (text) => checkEstimate({ kind: 'new', value: text })],
  ['a reflog', (text) => commitsIn(text, 0, 1e15)],
  ['a reflog’s name', (text) => commitsIn(`${HASH} ${HASH} ${text} <a@b> 1764000000 +0000\tcommit: x`, 0, 1e15)],
  ['a commit', (text) => commitsIn(`${HASH} ${HASH} A <a@b> 1764000000 +0000\tcommit: ${text}`, 0, 1e15)],
  ['a record’s texts', (text) => proposeKey({ ...record, notes: text, externalLink: text, branch: text }, KNOWN)],
  ['a comment’s template', (text) => worklogComment({ ...record, branch: text }, text)],
  ['notes in a comment', (text) => worklogComment({ ...record, notes: text }, '')],
  ['an error in the sync log', (text) => syncLogCsv([{ ...attempt, error: text }])],
  ['any text', (text) => plainText(text)],
  ['a text for Cloud', (text) => adfToText(textToAdf(text))],
  [
    'a document of Cloud',
    (text) => adfToText(replaced(DOCUMENT, ['content', '0', 'content', '0', 'text'], text)),
    USUAL_BYTES,
  ],
  ['a text for Data Center', (text) => textToWiki(text)],
  ['a comment of Data Center', (text) => wikiToText(text), USUAL_BYTES],
  ['words to search', (text) => wordsJql(searchTerms(text).words)],
  [
    'an error of Jira',
    (text) => jiraText(reply(JSON.stringify({ errorMessages: [text], errors: { x: text } }))),
    USUAL_BYTES / 4,
  ],
  [
    'an answer that is not JSON',
    (text) => [jiraText(reply(text)), jiraText(reply(text, { 'content-type': 'text/plain' }))],
    USUAL_BYTES,
  ],
  ['a wait', (text) => waitOf(reply('{}', { 'retry-after': text, 'x-ratelimit-reset': text, date: text }), 0)],
  [
    'a message of the view',
    (text) => parseMessage(FromView, { type: 'look', choice: { from: text, text }, slices: [text] }),
  ],
  ['a message of the extension', (text) => parseMessage(ToView, { type: 'said', text, tone: text })],
  [
    'what the view kept',
    (text) => parseSaved(replaced({ ...SAVED, period: text }, ['drafts', '0', 'typed', 'notes'], text)),
  ],
];
const KNOWN = { sites: [{ id: 'x', jiraUrl: 'https://x.atlassian.net' }], projectKeys: ['PROJ'] };

describeReaders(READERS);

describe('a value that is none', () => {
  it('gets past no schema of a message and out of no place that the view kept', () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withSparseArray: true });
    fc.assert(
      fc.property(anything, (value) => {
        expect(() => [parseMessage(FromView, value), parseMessage(ToView, value), parseSaved(value)]).not.toThrow();
        expect(() => adfToText(value)).not.toThrow();
        for (const check of [checkNotes, checkExternalLink, checkIssueKey, parseInstant]) {
          readOrRefuse(() => check('value', value), '');
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it('is told from one of ours, of which one part is wrong, without a crash', () => {
    for (const message of TO_VIEW) expect(parseMessage(ToView, message)).toEqual(message);
    expect(parseSaved(SAVED)).toEqual(SAVED);
    expect(adfToText(DOCUMENT)).toContain('1. c');
    let refused = 0;
    fc.assert(
      fc.property(nearly(TO_VIEW), nearly([SAVED]), nearly([DOCUMENT]), (message, saved, document) => {
        const parsed = parseMessage(ToView, message);
        if (parsed === undefined) refused += 1;
        else expect(parseMessage(ToView, parsed)).toEqual(parsed);
        // What is kept fits, so that it is read as it is the next time.
        const kept = parseSaved(saved);
        expect(parseSaved(kept)).toEqual(kept);
        expect(typeof adfToText(document)).toBe('string');
      }),
      { numRuns: runs(500) },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('nested ten thousand deep exhausts nobody’s stack', () => {
    const deep: unknown = JSON.parse(`${'{"content":['.repeat(10_000)}${']}'.repeat(10_000)}`);
    expect(parseMessage(FromView, { type: 'look', choice: deep, slices: deep })).toBeUndefined();
    expect(parseMessage(ToView, deep)).toBeUndefined();
    expect(() => [parseSaved(deep), adfToText(deep)]).not.toThrow();
  });
});

describe('the test of time', () => {
  const again: Reader = (text) => {
    let seen = 0;
    for (let at = 0; at < text.length; at += 4) {
      for (let before = 0; before < at; before += 1) seen += text.charCodeAt(before);
    }
    return seen;
  };
  const attack = { head: '', pump: 'a', tail: '' };

  it('tells a reader that takes more than it may for as long a text as there is', () => {
    expect(standstill(again, attack, 80_000)).toMatch(/^\d+ ms/);
    expect(standstill(again, attack, 1_000)).toBeUndefined();
  });

  it('tells a reader that looks again and again', () => {
    expect(attackText(attack, 5)).toBe('aaaaa');
    expect(slowReading(again, attack)).toBeDefined();
  }, 60_000);
});

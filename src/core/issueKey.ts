import { isBotBranch, isBranchType, isLookalike } from './issueKeyLookalikes.ts';

/*
 * Jira Cloud's project keys are a capital and then capitals or digits, at most 10; Data Center lets an administrator
 * choose, with underscores and up to 255 characters. Keys match in any case. An issue's number has no leading zero.
 */
const PROJECT = /^[A-Z][A-Z0-9_]+$/;
const NUMBER = /^[1-9]\d*$/;
const MAX_PROJECT = 255;
const MAX_NUMBER = 18;
const MAX_URL = 8_192;

/** Only this much of a branch name is looked at; git itself stops at about 255 bytes for each part. */
export const MAX_BRANCH = 1_000;

/** An issue key that a branch name may hold, and why it counts or not. */
export interface KeyCandidate {
  /** Upper case. */
  readonly key: string;
  readonly accepted: boolean;
  readonly why: string;
}

export interface KeyInference {
  readonly issueKey: string | null;
  /** One sentence for the user: why this key, or why none. */
  readonly why: string;
  readonly candidates: readonly KeyCandidate[];
}

export interface InferenceOptions {
  /** Keys of the projects the user can see, in any case. Empty or absent: not known. */
  readonly projectKeys?: readonly string[];
  /**
   * The user's own rule, which must not throw. A text is taken for the key, `null` means that the rule finds nothing
   * in this branch, `undefined` that the rule cannot be used (the built-in rules then count).
   */
  readonly pattern?: (branch: string) => string | undefined | null;
}

/** The key in upper case when the whole text (blanks around it aside) is one issue key, else `undefined`. */
export function normalizeIssueKey(text: string): string | undefined {
  if (text.length > 1_000) return undefined;
  const upper = text.trim().toUpperCase();
  const dash = upper.indexOf('-');
  const project = upper.slice(0, Math.max(dash, 0));
  const number = upper.slice(dash + 1);
  if (project.length > MAX_PROJECT || number.length > MAX_NUMBER) return undefined;
  return PROJECT.test(project) && NUMBER.test(number) ? upper : undefined;
}

/** The project's part of an issue key. */
export function projectOf(issueKey: string): string {
  return issueKey.slice(0, issueKey.lastIndexOf('-'));
}

function parseUrl(text: string): URL | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MAX_URL) return undefined;
  const withScheme = trimmed.includes('://') ? trimmed : `https://${trimmed}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
}

/** What comes before the key in the paths of Jira's pages and REST resources. */
const KEY_FOLLOWS = new Set(['browse', 'issues', 'issue']);

function keyFromPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  for (const [index, part] of parts.entries()) {
    const key = normalizeIssueKey(part);
    if (key === undefined) continue;
    const before = parts[index - 1]?.toLowerCase() ?? '';
    // Service desks have the key after a number: …/portal/3/KEY, …/queues/custom/7/KEY.
    const inServiceDesk = /^\d+$/.test(before) && parts.slice(0, index).some((p) => p === 'portal' || p === 'queues');
    if (KEY_FOLLOWS.has(before) || inServiceDesk) return key;
  }
  return undefined;
}

/** The issue key in the address of a Jira page (`…/browse/KEY`, a board's `?selectedIssue=KEY` and the like). */
export function keyFromUrl(text: string): string | undefined {
  const url = parseUrl(text);
  if (url === undefined) return undefined;
  for (const name of ['selectedIssue', 'issueKey']) {
    const key = normalizeIssueKey(url.searchParams.get(name) ?? '');
    if (key !== undefined) return key;
  }
  return keyFromPath(url.pathname);
}

/** `PROJ-12` as it stands in a branch name. */
interface Sighting {
  /** The word before the dash, as written, from its first letter on. */
  readonly word: string;
  readonly number: string;
  /** What the word follows: nothing or `/`, a dash, or something else. */
  readonly place: 'start' | 'dash' | 'other';
  /** What follows the number. */
  readonly rest: string;
}

const WORD_CHARACTER = /[A-Za-z0-9_]/;

function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && WORD_CHARACTER.test(text.charAt(start - 1))) start--;
  return start;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && /\d/.test(text.charAt(end))) end++;
  return end;
}

function placeOf(text: string, start: number): Sighting['place'] {
  const before = text.charAt(start - 1);
  if (before === '' || before === '/') return 'start';
  return before === '-' ? 'dash' : 'other';
}

/** Drops what cannot begin a project's key: `12_PROJ` → `PROJ`, `_PROJ` → `PROJ`, `12PROJ` → nothing. */
function fromFirstLetter(word: string): string {
  const parts = word.split('_');
  const first = parts.findIndex((part) => /^[A-Za-z]/.test(part));
  return first < 0 ? '' : parts.slice(first).join('_');
}

function sightingAt(text: string, dash: number, cut: boolean): Sighting | undefined {
  const end = digitsEnd(text, dash + 1);
  const number = text.slice(dash + 1, end);
  if (!NUMBER.test(number) || number.length > MAX_NUMBER) return undefined;
  if (/[A-Za-z]/.test(text.charAt(end)) || (cut && end === text.length)) return undefined;
  const start = wordStart(text, dash);
  const written = text.slice(start, dash);
  const word = fromFirstLetter(written);
  if (word.length < 2 || word.length > MAX_PROJECT) return undefined;
  const place = word === written ? placeOf(text, start) : 'other';
  return { word, number, place, rest: text.slice(end, end + 4) };
}

function sightingsIn(text: string, cut: boolean): Sighting[] {
  const found: Sighting[] = [];
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    const sighting = sightingAt(text, dash, cut);
    if (sighting !== undefined) found.push(sighting);
  }
  return found;
}

const isCapitals = (word: string): boolean => word === word.toUpperCase();

/** `feature_PROJ` → `PROJ`: what follows is set apart by its capitals, or what precedes is a kind of branch. */
function withoutPrefix(word: string): string {
  const parts = word.split('_');
  let first = 0;
  while (first < parts.length - 1 && isBranchType((parts[first] ?? '').toUpperCase())) first++;
  const last = parts.at(-1) ?? '';
  const mixed = /[a-z]/.test(parts.slice(0, -1).join(''));
  if (mixed && last.length > 1 && isCapitals(last) && /^[A-Z]/.test(last)) {
    while (first < parts.length - 1 && /[a-z]/.test(parts.slice(first).join(''))) first++;
  }
  const rest = parts.slice(first).join('_');
  return /^[A-Za-z][A-Za-z0-9_]+$/.test(rest) ? rest : word;
}

/** The longest ending of `my_old_PROJ` that is one of the user's projects. */
function knownEnding(word: string, known: ReadonlySet<string>): string | undefined {
  const upper = word.toUpperCase();
  for (let at = 0; at >= 0; ) {
    if (known.has(upper.slice(at))) return word.slice(at);
    const next = upper.indexOf('_', at);
    at = next < 0 ? -1 : next + 1;
  }
  return undefined;
}

/** `For-5.2`, but not `PROJ-123.2`: versions rarely reach a hundred. */
const isVersion = (sighting: Sighting): boolean => sighting.number.length < 3 && /^\.(\d|x\b)/i.test(sighting.rest);
const isDate = (sighting: Sighting): boolean =>
  /^(19|20)\d\d$/.test(sighting.number) && /^-\d\d(?!\w)/.test(sighting.rest);

/** Cloud's keys have at most 10 characters, and so do most elsewhere. */
function isShortKey(word: string): boolean {
  const parts = word.split('_');
  return parts.length <= 2 && parts.every((part) => part.length <= 10);
}

/** Why something that looks like a key is none, when the user's projects are not known. */
function refusal(sighting: Sighting, word: string, byBot: boolean): string | undefined {
  const project = word.toUpperCase();
  const capitals = isCapitals(word);
  const last = project.split('_').at(-1) ?? '';
  if (isLookalike(project, capitals) || (!capitals && isLookalike(last, false)))
    return `${word} is not taken for a project`;
  if (isVersion(sighting)) return 'It looks like a version number';
  if (isDate(sighting) && !capitals) return 'It looks like a date';
  if (sighting.number.length > 7) return 'The number is too long for an issue';
  if (capitals) return undefined;
  if (!isShortKey(word)) return 'It is too long for a project in small letters';
  if (byBot) return 'The branch was made by a bot';
  return sighting.place === 'dash' ? 'Inside a name a key counts only in capitals' : undefined;
}

/** Higher is stronger: first where it stands, then whether it is written in capitals. */
function strength(sighting: Sighting, word: string): number {
  const place = { start: 6, other: 4, dash: 2 }[sighting.place];
  return place + (isCapitals(word) ? 3 : 0) - (isVersion(sighting) ? 6 : 0);
}

interface Judged extends KeyCandidate {
  readonly strength: number;
  /** Of a project that is not known, and written as and where one writes the issue that a branch is about. */
  readonly isStranger: boolean;
}

function judge(sighting: Sighting, known: ReadonlySet<string>, byBot: boolean): Judged {
  const mine = known.size === 0 ? undefined : knownEnding(sighting.word, known);
  const word = mine ?? withoutPrefix(sighting.word);
  const key = `${word.toUpperCase()}-${sighting.number}`;
  const base = { key, strength: strength(sighting, word), isStranger: false };
  if (mine !== undefined) return { ...base, accepted: true, why: `${mine.toUpperCase()} is one of your projects` };
  const why = refusal(sighting, word, byBot);
  if (known.size > 0) {
    const isStranger = why === undefined && sighting.place === 'start' && isNoKindOfWork(word);
    return { ...base, isStranger, accepted: false, why: `${word.toUpperCase()} is not one of your projects` };
  }
  return { ...base, accepted: why === undefined, why: why ?? 'It is written like an issue key' };
}

/** `NEWP`, but not `newp`, and neither `TASK` nor `TEAM`, which stand before the key of a project more often. */
function isNoKindOfWork(word: string): boolean {
  return isCapitals(word) && !isLookalike(word, false);
}

/** Beside the key of a stranger, another says what the branch was split from or follows: no time goes there unasked. */
function besides(stranger: Judged, candidate: Judged): Judged {
  return candidate.accepted ? { ...candidate, accepted: false, why: `${stranger.key} is stronger` } : candidate;
}

function explain(branch: string, strongest: Judged | undefined, judged: readonly Judged[]): string {
  const where = `in the branch ${shorten(branch)}`;
  if (strongest?.accepted === true) {
    const more = judged.filter((other) => other.accepted && other.key !== strongest.key).length > 0;
    return `Found ${strongest.key} ${where}. ${strongest.why}${more ? '; others in the name are weaker' : ''}.`;
  }
  const first = strongest ?? judged[0];
  if (first === undefined) return `There is no issue key ${where}.`;
  return `There is no issue key ${where}: ${first.key} does not count. ${first.why}.`;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function byOwnPattern(branch: string, found: string | null): KeyInference {
  const where = `in the branch ${shorten(branch)}`;
  if (found === null) return { issueKey: null, why: `Your own pattern finds nothing ${where}.`, candidates: [] };
  const key = normalizeIssueKey(found);
  if (key === undefined) {
    const why = `Your own pattern finds “${shorten(found)}” ${where}, which is not an issue key.`;
    return { issueKey: null, why, candidates: [] };
  }
  const candidate = { key, accepted: true, why: 'Your own pattern finds it' };
  return { issueKey: key, why: `Your own pattern finds ${key} ${where}.`, candidates: [candidate] };
}

/**
 * Finds the issue key that a branch name holds. The user's own pattern counts first. When the user's projects are
 * known, only their keys count; otherwise look-alikes such as `utf-8` are refused. Of several keys the strongest wins:
 * one that starts a part of the name over one inside, capitals over small letters, then the first. When that is the
 * key of a project that is not known, in capitals and at the start of a part, there is no key: the user is asked.
 * Takes time linear in the (capped) length.
 */
export function inferIssueKey(branch: string, options: InferenceOptions = {}): KeyInference {
  const own = options.pattern?.(branch);
  if (own !== undefined) return byOwnPattern(branch, own);
  const text = branch.slice(0, MAX_BRANCH);
  const known = new Set((options.projectKeys ?? []).map((key) => key.toUpperCase()));
  const byBot = isBotBranch(text);
  const sighted = sightingsIn(text, branch.length > text.length).map((sighting) => judge(sighting, known, byBot));
  const strongest = sighted
    .filter(({ accepted, isStranger }) => accepted || isStranger)
    .reduce<Judged | undefined>((a, b) => (a === undefined || b.strength > a.strength ? b : a), undefined);
  const judged = strongest?.isStranger === true ? sighted.map((each) => besides(strongest, each)) : sighted;
  const candidates = judged.map(({ key, accepted, why }) => ({ key, accepted, why }));
  const issueKey = strongest?.accepted === true ? strongest.key : null;
  return { issueKey, why: explain(branch, strongest, judged), candidates };
}

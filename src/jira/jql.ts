import { normalizeIssueKey } from '../core/issueKey.ts';
import { withoutEnd, withoutStart } from '../core/text.ts';

/** Unfinished issues of the user, newest change first. */
export const ASSIGNED_JQL = 'assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC';

const NEWEST_FIRST = 'ORDER BY updated DESC';
const MAX_WORDS = 10;
const MAX_TEXT = 200;

/** What a text typed into the issue search may stand for. */
interface SearchTerms {
  /** A whole issue key, upper case. */
  readonly key: string | undefined;
  /** A project's key, upper case, from `PROJ`, `PROJ-` or `PROJ-12`. */
  readonly project: string | undefined;
  /** What a matching key begins with, upper case. */
  readonly prefix: string;
  readonly words: readonly string[];
}

export function searchTerms(text: string): SearchTerms {
  const trimmed = text.trim().slice(0, MAX_TEXT);
  const partial = /^([A-Za-z][A-Za-z0-9_]+)(?:-\d*)?$/.exec(trimmed);
  return {
    key: normalizeIssueKey(trimmed),
    project: partial?.[1]?.toUpperCase(),
    prefix: trimmed.toUpperCase(),
    words: wordsOf(trimmed),
  };
}

/** Issues of a project, newest change first. The key is quoted because `DO`, `INT` and others are reserved words. */
export function projectJql(project: string): string {
  return `project = "${quotable(project)}" ${NEWEST_FIRST}`;
}

/**
 * Issues whose summary holds all words; the last may be unfinished. It is asked for both ways because Jira compares a
 * word with `*` without its grammar and would miss "running" for "running*". `undefined` without words.
 */
export function wordsJql(words: readonly string[]): string | undefined {
  const text = words.map(quotable).join(' ');
  if (text === '') return undefined;
  const whole = `summary ~ "${text}"`;
  const canGrow = /^[\p{L}\p{N}]+$/u.test(words.at(-1) ?? '');
  return canGrow ? `(${whole} OR summary ~ "${text}*") ${NEWEST_FIRST}` : `${whole} ${NEWEST_FIRST}`;
}

/**
 * Words fit for JQL's `~`: letters, digits, `-` and `_` only, so that nothing in them is an operator of JQL or of the
 * text search; lower case, because AND, OR and NOT are operators there.
 */
function wordsOf(text: string): readonly string[] {
  return text
    .replace(/[^\p{L}\p{M}\p{N} _-]+/gu, ' ')
    .split(' ')
    .map((word) => withoutEnd(withoutStart(word, '-_'), '-_').toLowerCase())
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
}

function quotable(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} _-]/gu, '');
}

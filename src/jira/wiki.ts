import { cut, plainText } from '../core/text.ts';
import { MAX_COMMENT } from '../core/worklogContent.ts';

/*
 * Data Center takes comments as wiki markup. Only what the renderer would act on is escaped, so that ordinary notes
 * stay readable where an administrator chose the plain text renderer. Markup:
 * https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
 * Lists made with "- " and "* " are left alone: as a list is how the writer meant them.
 */

/** An address the renderer turns into a link by itself; a backslash in it would break the link. */
const LINK = String.raw`https?://(?:(?!&#)[^\s\\{}[\]|!])+`;
/** Two backslashes are a line break, and one before punctuation hides itself. */
const BACKSLASH = String.raw`\\(?![A-Za-z0-9 ])`;
const ENTITY = '&(?=#)';
/** Macros and links. */
const OPENERS = '[{[]';
/** Images; "Done!" is none. */
const IMAGE = String.raw`!(?=\S)`;
/** Bold, emphasis, inserted, deleted or a dash, superscript, subscript; only where a word may begin. */
const PHRASE = String.raw`(?<![\p{L}\p{N}\\])[*_+\-^~](?=\S)`;
const CITATION = String.raw`\?(?=\?)`;
/** At the beginning of a line; looked for backwards only from the character itself, so that long blanks cost nothing. */
const TABLE = String.raw`\|(?<=^[^\S\n]*\|)`;
const NUMBERED = String.raw`#(?<=^[^\S\n]*#)(?=[#*-]* )`;
const HEADING = String.raw`\.(?<=^[^\S\n]*(?:h[1-6]|bq)\.)(?= |$)`;
const SMILEY = String.raw`[:;](?=[()DPp])|\((?=(?:[x!/?yni+*-]|on|off|\*[rgby]|flag|flagoff)\))`;

export const MARKUP = new RegExp(
  `(?<link>${LINK})|${[BACKSLASH, ENTITY, OPENERS, IMAGE, PHRASE, CITATION, TABLE, NUMBERED, HEADING, SMILEY].join('|')}`,
  'gmu',
);

const AS_ENTITY: Readonly<Record<string, string>> = { '\\': '&#92;', '&': '&#38;', '.': '&#46;' };
const ESCAPED = /\\([{[!*_+\-^~?|#:;(])|&#(92|38|46);/g;

/** Plain text as wiki markup that shows as just that text. */
export function textToWiki(text: string): string {
  return plainText(text).replace(MARKUP, (match: string, link: string | undefined) =>
    link === undefined ? (AS_ENTITY[match] ?? `\\${match}`) : match,
  );
}

/** Longer than any comment of ours; some sites let others write more, and none of it is read. */
const LONGEST_MARKUP = 6 * MAX_COMMENT;

/** The text that `textToWiki` was given; other markup is left as it is. */
export function wikiToText(markup: string): string {
  return plainText(cut(markup, LONGEST_MARKUP)).replace(
    ESCAPED,
    (_, character: string | undefined, code: string | undefined) =>
      code === undefined ? (character ?? '') : String.fromCharCode(Number(code)),
  );
}

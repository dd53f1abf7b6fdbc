/** Control characters, line ends, and what could turn the text beside it around. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu;

/** One line of text from outside, shortened to `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const line = text
    .slice(0, limit * 4)
    .replace(UNSEEN, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/**
 * Text from outside as Markdown that shows exactly this text. Every ASCII character that is not a letter, a digit or a
 * space becomes a character reference: `MarkdownString.appendText` leaves `<command:…>` and bare addresses as links.
 */
export function markdownOf(text: string, limit = 200): string {
  return oneLine(text, limit).replace(/[!-/:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text from outside for a label in which `$(name)` would become an icon. */
export function labelOf(text: string): string {
  return oneLine(text).replaceAll('$(', '$ (');
}

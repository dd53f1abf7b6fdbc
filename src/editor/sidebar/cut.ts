/**
 * A text from Jira or a file as the page gets it: nobody reads on beyond `limit`, and what is many megabytes long would
 * hold both sides up. Half a character is not left at its end.
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\ud800-\udbff]/u.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}…`;
}

/** The same for a text that may be absent. */
export function cutOrNull(text: string | null | undefined, limit: number): string | null {
  return text == null ? null : cut(text, limit);
}

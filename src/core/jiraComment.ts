/**
 * A worklog comment in the form in which it survives the way to Jira and back: line feeds only, no control characters,
 * no blanks at the ends of lines, no empty lines at the beginning or the end. Compare comments in this form.
 */
export function normalizeComment(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '')
    .replace(/[^\S\n]+(?=\n|$)/g, '')
    .replace(/^\n+|\n+$/g, '');
}

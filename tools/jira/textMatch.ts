import { JqlError } from './jqlParse.ts';

const words = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function refuseText(text: string, field: string): JqlError {
  return new JqlError(`Unable to parse the text '${text}' for field '${field}'.`);
}

/** Takes the second escape layer off; what is left unescaped must not be a Lucene operator. */
function unescapeLucene(text: string, field: string): string {
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') {
      at += 1;
      if (at >= text.length) throw refuseText(text, field);
      plain += ' ';
    } else if ('[]{}()^:/!'.includes(char)) throw refuseText(text, field);
    else plain += char;
  }
  return plain;
}

function checkTerms(text: string, field: string): void {
  if (text.trim() === '') throw new JqlError(`The field '${field}' does not support searching for an empty string.`);
  if ((text.split('"').length - 1) % 2 === 1) throw refuseText(text, field);
  const terms = text.trim().split(/\s+/);
  if (terms.some((term) => /^[*?]/.test(term))) {
    throw new JqlError(`The '*' and '?' are not allowed as first character in wildcard query: '${text}'.`);
  }
  const operator = (term: string | undefined): boolean =>
    term !== undefined && /^(AND|OR|NOT|&&|\|\||[-+])$/.test(term);
  if (operator(terms[0]) || operator(terms.at(-1))) throw refuseText(text, field);
}

/**
 * Jira's `~`: every word must be in the text; `*` at a word's end matches any ending.
 * Throws `JqlError` for what Lucene cannot parse.
 */
export function matchesText(wanted: string, field: string): (text: string) => boolean {
  const plain = unescapeLucene(wanted, field);
  checkTerms(plain, field);
  const tests = plain
    .split(/\s+/)
    .filter((term) => term !== '' && !/^(AND|OR|NOT)$/.test(term))
    .flatMap((term) => {
      const parts = words(term);
      const open = term.endsWith('*');
      return parts.map((part, index) => ({ part, prefix: open && index === parts.length - 1 }));
    });
  return (text) => {
    const present = words(text);
    return tests.every(({ part, prefix }) => present.some((word) => (prefix ? word.startsWith(part) : word === part)));
  };
}

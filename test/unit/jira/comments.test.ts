import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/core/text.ts';
import { adfToText, textToAdf } from '../../../src/jira/adf.ts';
import { textToWiki, wikiToText } from '../../../src/jira/wiki.ts';

/** Texts made of what notes, wiki markup and our escapes are made of. */
const notes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '\\',
          '*',
          '_',
          '-',
          '+',
          '^',
          '~',
          '?',
          '??',
          '{',
          '}',
          '[',
          ']',
          '|',
          '!',
          '#',
          '# ',
          'h1. ',
          'bq. ',
          '&',
        ],
        ...[
          '&#92;',
          '&#38;',
          '&amp;',
          ':)',
          '(x)',
          '(',
          ')',
          ':',
          ';',
          '.',
          '\n',
          ' ',
          '\t',
          'a',
          'B7',
          'ß',
          'https://x.example/_a_',
        ],
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
);

describe('an Atlassian document', () => {
  it('has a paragraph for each line and never an empty text', () => {
    expect(textToAdf('one\n\ntwo')).toEqual({
      type: 'doc',
      version: 1,
      content: [
        { type: 'paragraph', content: [{ type: 'text', text: 'one' }] },
        { type: 'paragraph' },
        { type: 'paragraph', content: [{ type: 'text', text: 'two' }] },
      ],
    });
    expect(textToAdf('')).toEqual({ type: 'doc', version: 1, content: [] });
  });

  it('gives back the text it was made of', () => {
    fc.assert(fc.property(notes, (text) => adfToText(textToAdf(text)) === plainText(text)));
  });

  it('of another maker is read as text', () => {
    const text = (value: string) => ({ type: 'text', text: value, marks: [{ type: 'strong' }] });
    const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
    const document = {
      type: 'doc',
      version: 1,
      content: [
        paragraph(
          text('Hello '),
          { type: 'mention', attrs: { id: '1', text: '@Mia' } },
          { type: 'hardBreak' },
          text('bye'),
        ),
        {
          type: 'bulletList',
          content: [
            { type: 'listItem', content: [paragraph(text('a'))] },
            { type: 'listItem', content: [paragraph(text('b'))] },
          ],
        },
        { type: 'panel', content: [paragraph({ type: 'inlineCard', attrs: { url: 'https://x.example' } })] },
      ],
    };
    expect(adfToText(document)).toBe('Hello @Mia\nbye\n- a\n- b\nhttps://x.example');
  });

  it.each([
    null,
    'text',
    7,
    [],
    {},
    { type: 'doc', content: 'x' },
    { type: 'paragraph' },
    { type: 'doc', content: [null, 1, { type: 'x' }] },
  ])('that is none (%j) is empty', (value) => {
    expect(adfToText(value)).toBe('');
  });

  it('of any depth is read without exhausting the stack', () => {
    let node: unknown = { type: 'text', text: 'deep' };
    for (let depth = 0; depth < 20_000; depth++) node = { type: 'blockquote', content: [node] };
    expect(adfToText({ type: 'doc', content: [node] })).toBe('');
  });
});

describe('wiki markup', () => {
  it.each([
    ['Fix login - part 2', 'Fix login - part 2'],
    ['snake_case and a-b', 'snake_case and a-b'],
    ['*bold* _it_ -gone-', String.raw`\*bold* \_it_ \-gone-`],
    ['{code} [PROJ-1] done!', String.raw`\{code} \[PROJ-1] done!`],
    ['!image.png!', String.raw`\!image.png!`],
    [String.raw`C:\temp`, String.raw`C:\temp`],
    [String.raw`\\server`, String.raw`&#92;\server`],
    ['see https://x.example/_a_?b=*c*', 'see https://x.example/_a_?b=*c*'],
    ['h1. Title', 'h1&#46; Title'],
    ['ok :)', String.raw`ok \:)`],
    ['- one\n- two', '- one\n- two'],
    ['| a | b |', String.raw`\| a | b |`],
  ])('of %j is %j', (text, markup) => {
    expect(textToWiki(text)).toBe(markup);
  });

  it('gives back the text it was made of', () => {
    fc.assert(
      fc.property(notes, (text) => wikiToText(textToWiki(text)) === plainText(text)),
      { numRuns: 2_000 },
    );
  });

  it('of long blanks is made in no time', () => {
    const started = performance.now();
    for (const blank of [' '.repeat(32_000), '\\'.repeat(32_000), '*'.repeat(32_000), '('.repeat(32_000)]) {
      expect(wikiToText(textToWiki(blank))).toBe(blank);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

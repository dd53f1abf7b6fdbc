import { describe, expect, it } from 'vitest';
import { recordTarget } from '../../../src/editor/commands/arguments.ts';

const ROW = { webviewSection: 'record', recordId: 'r1', hasIssue: true, canSync: false, state: 'synced' };

describe('the record a command is for', () => {
  it.each<[string, unknown, unknown]>([
    ['is asked for when nothing is given', undefined, undefined],
    ['is asked for when null is given', null, undefined],
    ['is named by its id', 'r1', { id: 'r1' }],
    [
      'is the row whose menu it was',
      { ...ROW, webview: 'timecard.historyTab' },
      { id: 'r1', webview: 'timecard.historyTab' },
    ],
    ['is a row of nobody knows which page', ROW, { id: 'r1' }],
  ])('%s', (_, given, expected) => {
    expect(recordTarget('id', given)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['a number', 42],
    ['an empty id', ''],
    ['an id too long', 'x'.repeat(101)],
    ['an empty object', {}],
    ['a list', ['r1']],
    ['an object of somebody else', { recordId: 'r1' }],
    ['another part of the page', { ...ROW, webviewSection: 'timer' }],
    ['a row without a record', { webviewSection: 'record' }],
    ['a row with a record that is none', { ...ROW, recordId: { id: 'r1' } }],
    ['a page that is no text', { ...ROW, webview: 7 }],
    [
      'what cannot be read',
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('is refused when it is %s', (_, given) => {
    expect(() => recordTarget('id', given)).toThrow(expect.objectContaining({ reason: 'invalid' }));
  });
});

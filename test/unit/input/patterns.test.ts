import { describe, expect, it } from 'vitest';
import { MARKUP } from '../../../src/jira/wiki.ts';
import { attacksOn, patternsBelow, slowOn } from './patterns.ts';
import { runs } from './runs.ts';

const SAMPLES = runs(3);

describe('every regular expression of the extension and its view', () => {
  it('takes time in proportion to the text, whatever the text', async () => {
    const patterns = [
      ...(await patternsBelow('src')),
      ...(await patternsBelow('webview-ui/src')),
      { where: 'src/jira/wiki.ts MARKUP', regex: MARKUP },
    ];
    expect(patterns.length).toBeGreaterThan(80);
    const slow = patterns.flatMap(({ where, regex }) => {
      const attack = slowOn(regex, attacksOn(regex, SAMPLES, Date.now() % 1_000_000));
      return attack === undefined ? [] : [`${where} ${regex} on ${attack}`];
    });
    expect(slow.join('\n')).toBe('');
  }, 600_000);

  it.each([/^(a+)+$/, /(x|x)*y$/, /\s+$/, /a.*b.*c/s, /^\s*\s*x$/])(
    'which this test tells from %s',
    (regex) => {
      expect(slowOn(regex, attacksOn(regex, SAMPLES, 1))).toBeDefined();
    },
    60_000,
  );
});

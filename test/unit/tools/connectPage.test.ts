import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../../../src/core/errors.ts';

const page = readFileSync('docs/connect.md', 'utf8');
const source = ['src/core', 'src/app', 'src/jira', 'src/jira/oauth']
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Rows of the table of errors: its messages and its reason. */
const rows = page
  .split('\n')
  .map((line) => /^\| (\*.+\*) \| `(\w+)` \| .+ \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, messages = '', reason = '']) => ({
    messages: [...messages.matchAll(/\*([^*]+)\*/g)].map(([, message = '']) => message),
    reason,
  }));

describe('docs/connect.md', () => {
  it.each(rows)('quotes what Timecard says: $messages', ({ messages, reason }) => {
    for (const part of messages.flatMap((message) => message.split('…'))) expect(source).toContain(part.trim());
    expect(REASONS).toContain(reason);
  });

  it('tells every reason that connecting or writing to Jira can end with', () => {
    const others = ['conflict', 'cancelled', ...REASONS.filter((reason) => reason.startsWith('storage'))];
    const told = new Set(rows.map(({ reason }) => reason));
    expect(REASONS.filter((reason) => !told.has(reason) && !others.includes(reason))).toEqual([]);
  });

  it('names the scopes that an error asks for', () => {
    const asked = /the scopes ([\w:, -]+?) and ([\w:-]+)/.exec(source);
    const scopes = [...(asked?.[1] ?? '').split(', '), asked?.[2] ?? ''].sort();
    expect(scopes).toHaveLength(3);
    expect([...page.matchAll(/^ +\| `([a-z:-]+)` \|/gm)].map(([, scope]) => scope).sort()).toEqual(scopes);
  });
});

import { describe, expect, it, vi } from 'vitest';
import * as args from '../../../src/editor/apiArguments.ts';
import { parseNamed } from '../../../src/editor/commands/arguments.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());

describe('arguments of the public API', () => {
  it.each([
    ['options', args.ClockIn, 'DEMO-7', /^options: must be an object/],
    ['options', args.ClockIn, { issueKey: 7 }, /^issueKey: must be a text/],
    ['options', args.ClockIn, { issuekey: 'DEMO-7' }, /^issuekey: is not known here/],
    ['filter', args.ListFilter, { limit: 0 }, /^limit: must be at least 1/],
    ['filter', args.ListFilter, { limit: 1.5 }, /^limit: must be a whole number/],
    ['filter', args.ListFilter, { offset: -1 }, /^offset: must not be negative/],
    ['filter', args.ListFilter, { syncState: 'lost' }, /^syncState: must be one of local/],
    ['recordIds', args.RecordIds, 'id', /^recordIds: must be a list/],
    ['recordIds', args.RecordIds, ['a', 7], /^recordIds\[1\]: must be a text/],
    ['connection', args.NewConnection, { auth: { type: 'pat', token: 'x' } }, /^jiraUrl: is missing/],
    ['connection', args.NewConnection, { jiraUrl: 'x', auth: { type: 'pat' } }, /^auth.token: is missing/],
    ['connection', args.NewConnection, { jiraUrl: 'x', auth: { type: 'oauth' } }, /^auth.*must have the type/],
    ['connection', args.NewConnection, undefined, /^connection: is missing/],
  ] as const)('%s: names what is wrong (case %#)', (name, schema, value, message) => {
    expect(() => parseNamed(name, schema, value)).toThrow(message);
  });

  it('never repeats a token in the message', () => {
    const value = { jiraUrl: 7, auth: { type: 'pat', token: 'my-secret-token', extra: 'my-secret-token' } };
    expect(() => parseNamed('connection', args.NewConnection, value)).toThrow(/^(?!.*my-secret-token)/);
  });

  it.each([
    ['my-secret-token', /^connection: must be an object, not a text$/],
    [{ jiraUrl: 'x', auth: 'my-secret-token' }, /^auth: /],
    [7, /^connection: must be an object, not a number$/],
  ])('does not repeat what was passed in the wrong place (case %#)', (value, message) => {
    expect(() => parseNamed('connection', args.NewConnection, value)).toThrow(message);
    expect(() => parseNamed('connection', args.NewConnection, value)).toThrow(/^(?!.*my-secret-token)/);
  });

  it('takes a property that is undefined for one that was left out', () => {
    expect(args.defined({ from: undefined, limit: 5 })).toEqual({ limit: 5 });
    expect(parseNamed('options', args.ClockIn, { issueKey: undefined })).toBeDefined();
  });

  it.each(['yesterday', '2026-11-23', '2026-11-23T09:00', '2026-02-30T09:00:00Z', 1764000000000, null, {}])(
    'refuses the date %j by name',
    (value) => {
      expect(() => args.instant('from', value)).toThrow(/^from: /);
    },
  );

  it('reads dates in UTC and with an offset', () => {
    expect(args.instant('from', '2026-11-23T09:00:00Z')).toBe(Date.UTC(2026, 10, 23, 9));
    expect(args.instant('from', '2026-11-23T10:00+01:00')).toBe(Date.UTC(2026, 10, 23, 9));
    expect(args.instant('from', undefined)).toBeUndefined();
  });
});

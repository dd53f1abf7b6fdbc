import { describe, expect, it } from 'vitest';
import { branchOffer, type SeenBranch } from '../../../src/core/branchOffer.ts';

const on = (branch: string | null, issueKey: string | null, place = '/a'): SeenBranch => ({ place, branch, issueKey });
const ASK = { onSwitch: 'ask', offerStart: false } as const;
const none = new Set<string>();
const one = on('feature/PROJ-1', 'PROJ-1');
const two = on('feature/PROJ-2', 'PROJ-2');

describe('a checkout', () => {
  it('of another issue asks, switches or does nothing, as the user has set', () => {
    const running = { issueKey: 'PROJ-1' };
    expect(branchOffer(one, two, running, ASK, none)).toEqual({ kind: 'ask', issueKey: 'PROJ-2' });
    expect(branchOffer(one, two, running, { ...ASK, onSwitch: 'switch' }, none).kind).toBe('switch');
    expect(branchOffer(one, two, running, { ...ASK, onSwitch: 'ignore' }, none).kind).toBe('none');
  });

  it('is asked about once for each branch, and going back offers the earlier issue', () => {
    expect(branchOffer(one, two, { issueKey: 'PROJ-1' }, ASK, new Set(['feature/PROJ-2'])).kind).toBe('none');
    expect(branchOffer(two, one, { issueKey: 'PROJ-2' }, ASK, none)).toEqual({ kind: 'ask', issueKey: 'PROJ-1' });
  });

  it.each([
    ['the running issue', one, on('fix/PROJ-1', 'PROJ-1')],
    ['no issue', one, on('main', null)],
    ['a commit without a branch', one, on(null, null)],
    ['the first branch that is read', on(null, null), two],
    ['another folder', one, { ...two, place: '/b' }],
    ['nothing', undefined, two],
    ['the same branch, read anew', two, two],
  ] as const)('of %s asks nothing', (_name, before, now) => {
    expect(branchOffer(before, now, { issueKey: 'PROJ-1' }, ASK, none).kind).toBe('none');
  });

  it('offers to clock in only when that is wanted and nothing runs', () => {
    expect(branchOffer(one, two, undefined, ASK, none).kind).toBe('none');
    expect(branchOffer(one, two, undefined, { ...ASK, offerStart: true }, none).kind).toBe('start');
    expect(branchOffer(one, two, undefined, { ...ASK, offerStart: true }, new Set(['feature/PROJ-2'])).kind).toBe(
      'none',
    );
  });
});

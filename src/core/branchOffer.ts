import type { TimeRecord } from './records.ts';

/** A branch as it was seen: where, which, and the issue it names. */
export interface SeenBranch {
  /** The git folder it is checked out from. */
  readonly place: string;
  readonly branch: string | null;
  readonly issueKey: string | null;
}

export interface BranchPolicy {
  readonly onSwitch: 'ask' | 'switch' | 'ignore';
  /** Offer to clock in on a checkout while nothing runs. */
  readonly offerStart: boolean;
}

export type BranchOffer =
  | { readonly kind: 'none' }
  | { readonly kind: 'ask' | 'switch' | 'start'; readonly issueKey: string };

const NONE: BranchOffer = { kind: 'none' };

/**
 * What a change of branch asks for. Only a checkout in the same place counts: looking at a file of another repository
 * is none. Branches in `asked` have been asked about for this record.
 */
export function branchOffer(
  before: SeenBranch | undefined,
  now: SeenBranch,
  running: Pick<TimeRecord, 'issueKey'> | undefined,
  policy: BranchPolicy,
  asked: ReadonlySet<string>,
): BranchOffer {
  const isCheckout = before !== undefined && before.place === now.place && before.branch !== now.branch;
  const { issueKey, branch } = now;
  if (!isCheckout || before.branch === null || branch === null || issueKey === null) return NONE;
  if (running === undefined) return policy.offerStart && !asked.has(branch) ? { kind: 'start', issueKey } : NONE;
  if (running.issueKey === issueKey || policy.onSwitch === 'ignore') return NONE;
  if (policy.onSwitch === 'switch') return { kind: 'switch', issueKey };
  return asked.has(branch) ? NONE : { kind: 'ask', issueKey };
}

import * as vscode from 'vscode';
import { branchOffer, type SeenBranch } from '../../core/branchOffer.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { Disposable, Log } from '../../core/ports.ts';
import type { Services } from '../services.ts';
import type { EditorSettings } from '../settings.ts';
import type { BranchTracker } from './branchTracker.ts';

interface Deps {
  readonly branch: Pick<BranchTracker, 'current' | 'place' | 'onDidChange'>;
  readonly settings: Pick<EditorSettings, 'branchPolicy' | 'stopOfferingStart'>;
  readonly log: Pick<Log, 'error'>;
}

/** On a checkout while the timer runs on another issue: asks, switches or does nothing, as the user has set. */
export function watchBranchOffers(deps: Deps, services: Pick<Services, 'timeClock'>): Disposable {
  const offers = new BranchOffers(deps, services);
  const listening = deps.branch.onDidChange(() => offers.branchChanged());
  return vscode.Disposable.from(listening, offers);
}

/** Checkouts that are remembered; a window with more of them forgets the one longest unseen. */
const MAX_PLACES = 100;

class BranchOffers {
  /** The last branch of each place: neither another repository nor a commit without a branch comes in between. */
  private readonly before = new Map<string, SeenBranch>();
  /** What has been asked about, for one record. */
  private asked: { readonly recordId: string | undefined; readonly branches: Set<string> } | undefined;

  constructor(
    private readonly deps: Deps,
    private readonly services: Pick<Services, 'timeClock'>,
  ) {
    this.remember(this.seen());
  }

  branchChanged(): void {
    const now = this.seen();
    const before = this.before.get(now.place);
    this.remember(now);
    this.consider(before, now).catch((error: unknown) =>
      this.deps.log.error('A change of branch could not be followed', asTimecardError(error)),
    );
  }

  dispose(): void {
    this.before.clear();
  }

  private remember(now: SeenBranch): void {
    if (now.place === '' || now.branch === null) return;
    this.before.delete(now.place);
    this.before.set(now.place, now);
    const [oldest] = this.before.keys();
    if (this.before.size > MAX_PLACES && oldest !== undefined) this.before.delete(oldest);
  }

  private seen(): SeenBranch {
    const { branch, issueKey } = this.deps.branch.current();
    return { place: this.deps.branch.place(), branch, issueKey };
  }

  private async consider(before: SeenBranch | undefined, now: SeenBranch): Promise<void> {
    const running = await this.services.timeClock.current();
    const asked = this.askedFor(running?.id);
    const offer = branchOffer(before, now, running, this.deps.settings.branchPolicy(), asked);
    if (offer.kind === 'none') return;
    asked.add(now.branch ?? '');
    if (offer.kind === 'switch') await this.clockIn(offer.issueKey, now, running?.id);
    else if (offer.kind === 'start') await this.offerStart(offer.issueKey, now);
    else await this.offerSwitch(offer.issueKey, now, running?.issueKey ?? null, running?.id);
  }

  private askedFor(recordId: string | undefined): Set<string> {
    if (this.asked === undefined || this.asked.recordId !== recordId) this.asked = { recordId, branches: new Set() };
    return this.asked.branches;
  }

  private async offerSwitch(issueKey: string, now: SeenBranch, from: string | null, recordId?: string): Promise<void> {
    const yes = vscode.l10n.t('Switch to {0}', issueKey);
    const running = from ?? vscode.l10n.t('no issue');
    const question = vscode.l10n.t('The branch is {0} now, and the timer runs on {1}.', now.branch ?? '', running);
    const keep = vscode.l10n.t('Keep {0}', running);
    if ((await vscode.window.showInformationMessage(question, yes, keep)) !== yes) return;
    await this.clockIn(issueKey, now, recordId);
  }

  private async offerStart(issueKey: string, now: SeenBranch): Promise<void> {
    const yes = vscode.l10n.t('Clock in');
    const never = vscode.l10n.t('Don’t ask again');
    const question = vscode.l10n.t('The branch is {0} now. Clock in on {1}?', now.branch ?? '', issueKey);
    const answer = await vscode.window.showInformationMessage(question, yes, never);
    if (answer === never) await this.deps.settings.stopOfferingStart();
    if (answer === yes) await this.clockIn(issueKey, now, undefined);
  }

  /**
   * Clocks the record out that ran when the checkout was noticed, in the same commit. Another window may have been
   * quicker, and a toast may have stayed open while the timer went elsewhere: nothing is done then.
   */
  private async clockIn(issueKey: string, { branch }: SeenBranch, ran: string | undefined): Promise<void> {
    const started = await this.services.timeClock.follow({ issueKey, branch, recordId: ran ?? null });
    if (started === undefined) return;
    vscode.window.setStatusBarMessage(vscode.l10n.t('Clocked in on {0}', issueKey), 5_000);
  }
}

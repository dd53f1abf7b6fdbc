import type { Issues } from '../../app/issues.ts';
import { asTimecardError } from '../../core/errors.ts';
import { keyFromUrl, normalizeIssueKey } from '../../core/issueKey.ts';
import type { Log } from '../../core/ports.ts';
import type { Issue } from '../../core/records.ts';
import type { ToView } from '../../protocol/messages.ts';
import { isCancellation } from '../errorText.ts';
import { knownIssues, onlyRecentText } from '../issueItems.ts';
import { SearchScheduler } from '../searchScheduler.ts';
import { cut } from './cut.ts';

type IssueSource = Pick<Issues, 'recent' | 'assigned' | 'search'>;

interface Deps {
  readonly log: Log;
  /** UTC ms */
  readonly now: () => number;
  /** Waits for the database. */
  readonly issues: () => Promise<IssueSource>;
  /** False when nobody sees it. */
  readonly tell: (message: ToView) => boolean;
}

/** More than the page shows of a summary, in characters. */
const LONGEST_SUMMARY = 500;
/** How many issues are offered at most. */
const MOST = 30;
/** How long it is not asked again what is assigned to the user, in ms. */
const ASSIGNED_FRESH_MS = 60_000;

interface Question {
  readonly request: number;
  readonly query: string;
  readonly recent: readonly Issue[];
  readonly assigned: readonly Issue[];
  readonly found: readonly Issue[];
  /** Answers that are still to come. */
  readonly waitingFor: number;
  readonly note: string | null;
}

/**
 * Issues to choose from while somebody types into a row: recent ones at once, then those assigned to the user and what
 * Jira finds. Only the newest question is answered, each time that more is known.
 */
export class IssueSuggestions {
  private current: Question | undefined;
  private assigned: { readonly issues: Promise<readonly Issue[]>; readonly at: number } | undefined;
  private readonly scheduler = new SearchScheduler((query, signal) => this.search(query, signal));

  constructor(private readonly deps: Deps) {}

  async typed(request: number, text: string): Promise<void> {
    const query = text.trim();
    const searches = SearchScheduler.wants(query);
    this.current = {
      request,
      query,
      recent: [],
      assigned: [],
      found: [],
      waitingFor: searches ? 2 : 1,
      note: null,
    };
    this.scheduler.typed(query);
    const issues = await this.deps.issues();
    this.know(request, { recent: await issues.recent() });
    await this.load(request, () => this.assignedOf(issues), 'assigned');
  }

  private search(query: string, signal: AbortSignal): void {
    const request = this.current?.request;
    if (request === undefined) return;
    const ask = async () => (await this.deps.issues()).search(query, signal);
    this.load(request, ask, 'found').catch((error: unknown) =>
      this.deps.log.error('The search for issues failed', error),
    );
  }

  private assignedOf(issues: IssueSource): Promise<readonly Issue[]> {
    const now = this.deps.now();
    if (this.assigned === undefined || now - this.assigned.at > ASSIGNED_FRESH_MS) {
      this.assigned = { issues: issues.assigned(), at: now };
    }
    return this.assigned.issues;
  }

  /** Without Jira there is still what this machine knows, and a word on why that is all. */
  private async load(request: number, ask: () => Promise<readonly Issue[]>, as: 'assigned' | 'found'): Promise<void> {
    try {
      const issues = await ask();
      this.arrived(request, { [as]: issues });
    } catch (error) {
      this.arrived(request, { note: isCancellation(error) ? null : this.excuse(error) });
    }
  }

  private excuse(error: unknown): string {
    const { reason, message } = asTimecardError(error);
    this.deps.log.warn(`Issues could not be loaded (${reason}): ${message}`);
    // The one bad argument there is here is the user's own JQL.
    if (reason === 'invalid') return message;
    return onlyRecentText(reason);
  }

  private arrived(request: number, change: Partial<Question>): void {
    if (this.current?.request !== request) return;
    this.know(request, { ...change, waitingFor: this.current.waitingFor - 1 });
  }

  private stop(): void {
    this.current = undefined;
    this.scheduler.stop();
  }

  private know(request: number, change: Partial<Question>): void {
    if (this.current?.request !== request) return;
    this.current = { ...this.current, ...change, note: change.note ?? this.current.note };
    const { waitingFor, note } = this.current;
    const issues = suggestionsFor(this.current);
    if (!this.deps.tell({ type: 'suggested', request, issues, isBusy: waitingFor > 0, note })) this.stop();
  }
}

/** Each issue once: the key that was typed, then recent and assigned ones with these words, then what Jira found. */
function suggestionsFor({ query, recent, assigned, found }: Question) {
  const typedKey = keyFromUrl(query) ?? normalizeIssueKey(query);
  const wordsTyped = query.toLowerCase().split(/\s+/u);
  const fits = ({ key, summary }: Issue): boolean => {
    const about = `${key} ${summary}`.toLowerCase();
    return typedKey === key || wordsTyped.every((word) => about.includes(word));
  };
  const known = knownIssues([...recent, ...assigned, ...found]);
  const keys = [
    typedKey,
    ...[...recent, ...assigned].filter(fits).map(({ key }) => key),
    ...found.map(({ key }) => key),
  ];
  return [...new Set(keys)]
    .filter((key) => key !== undefined)
    .slice(0, MOST)
    .map((key) => {
      const issue = known.get(key);
      return {
        key,
        summary: cut(issue?.summary ?? '', LONGEST_SUMMARY),
        statusCategory: issue?.statusCategory ?? null,
      };
    });
}

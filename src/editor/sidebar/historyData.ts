import type { Connections } from '../../app/connections.ts';
import type { Reports, Summary } from '../../app/reports.ts';
import { asTimecardError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { Connection } from '../../core/records.ts';
import { type SignInState, signInState } from '../screen/signInState.ts';
import { NO_SUMMARY } from './snapshot.ts';

/** Where it comes from. */
export interface DataSources {
  readonly reports: Pick<Reports, 'summary'>;
  readonly connections: Pick<Connections, 'list' | 'isSignedIn' | 'test'>;
}

interface Data {
  readonly summary: Summary;
  readonly connections: readonly Connection[];
  readonly signIn: SignInState;
}

/** What the history shows around its list, as it was last read. */
export class HistoryData {
  now: Data = { summary: NO_SUMMARY, connections: [], signIn: { state: 'none' } };
  /** Why it could not be read, for the user; `undefined` when it could. */
  problem: string | undefined;

  constructor(private readonly log: Log) {}

  /** Never rejects: what was read before stays. */
  async read({ reports, connections }: DataSources): Promise<void> {
    try {
      const [summary, list, signIn] = await Promise.all([
        reports.summary(),
        connections.list(),
        this.readSignIn(connections),
      ]);
      this.now = { summary, connections: list, signIn };
      this.problem = undefined;
    } catch (error) {
      this.isUnreadable(error);
    }
  }

  /** The log is told once of each problem. */
  isUnreadable(error: unknown): void {
    const { message } = asTimecardError(error, 'storageDamaged');
    if (message !== this.problem) this.log.error('The history view cannot read the records.', error);
    this.problem = message;
  }

  private async readSignIn(connections: DataSources['connections']): Promise<SignInState> {
    try {
      return await signInState(connections);
    } catch (error) {
      this.log.warn(`Whether Jira can be reached is not known: ${asTimecardError(error).message}`);
      return this.now.signIn;
    }
  }
}

/** Asks every site that something is wrong with. @returns whether one answers, and what one says that does not */
export async function askAgain(
  connections: DataSources['connections'],
): Promise<{ readonly answers: boolean; readonly problem: string | undefined }> {
  const troubled = (await connections.list()).filter((each) => each.isActive && each.lastProblem !== null);
  const tests = await Promise.all(troubled.map(({ id }) => connections.test(id)));
  return { answers: tests.some(({ ok }) => ok), problem: tests.find(({ ok }) => !ok)?.message };
}

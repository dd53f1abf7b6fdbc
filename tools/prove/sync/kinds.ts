import type { Deployment } from '../../jira/simulator.ts';
import { Dice } from '../support/numbers.ts';

/** `windows` push in this process, `processes` are killed, `late` has a Jira that does writes after nobody waits. */
export const KINDS = ['windows', 'processes', 'late'] as const;
export type Kind = (typeof KINDS)[number];

export interface Choice {
  readonly seed: number;
  readonly kind: Kind;
  readonly deployment: Deployment;
}

const OUT_OF = 60;
/** Schedules with processes, of `OUT_OF`: they take some hundred times as long as those with windows. */
const PROCESSES = 4;
/** Late ones sit every wait out, so they take long as well. */
const LATE = 1;

/**
 * What schedule a seed stands for; nothing but the seed and `only` decides it, so that it can be played again.
 * @param only the one kind to play
 */
export function choose(seed: number, only?: Kind): Choice {
  const dice = new Dice(seed ^ 0x5eed);
  const deployment = dice.pick(['cloud', 'dataCenter'] as const);
  const thrown = dice.below(OUT_OF);
  const kind = thrown < PROCESSES ? 'processes' : thrown < PROCESSES + LATE ? 'late' : 'windows';
  return { seed, deployment, kind: only ?? kind };
}

/** What plays one schedule again, whatever the proof was started with. */
export function replayOf({ seed, kind }: Pick<Choice, 'seed' | 'kind'>): string {
  return `--only ${kind} --seed ${seed} --runs 1`;
}

/** Reads `--only`; throws for a kind that there is not. */
export function onlyKind(text: string | undefined): Kind | undefined {
  const kind = KINDS.find((each) => each === text);
  if (text !== undefined && kind === undefined) throw new Error(`--only takes ${KINDS.join(', ')}, not "${text}"`);
  return kind;
}

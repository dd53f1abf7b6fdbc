import { type JiraSimulator, type SimulatorOptions, startJira } from '../../jira/simulator.ts';

/** Below those that systems hand out by themselves: while a door is shut, nobody else's may open in its place. */
const FIRST = 20_000;
const COUNT = 12_000;
const TRIES = 50;

let next = process.pid * 97;

/** Starts a simulated Jira on a port that stays its own while it is not there. */
export async function startOnOwnPort(options: SimulatorOptions): Promise<JiraSimulator> {
  for (let tries = 1; ; tries += 1) {
    next += 1;
    try {
      return await startJira({ ...options, port: FIRST + (next % COUNT) });
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken || tries === TRIES) throw error;
    }
  }
}

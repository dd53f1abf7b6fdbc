/** A window of its own that pushes, for the proof of syncing. Started with one JSON argument (children.ts). */
import { writeSync } from 'node:fs';
import { asTimecardError } from '../../../src/core/errors.ts';
import { Dice } from '../support/numbers.ts';
import type { Death, Job } from './job.ts';
import { LapseClock, openWindow, type Wire } from './window.ts';

const die = () => process.kill(process.pid, 'SIGKILL');

/** Dies when it was called so many times. */
function countdown(times: number | undefined, then: () => void): () => void {
  let left = times ?? 0;
  return () => {
    left -= 1;
    if (left === 0) then();
  };
}

function wireOf(death: Death | undefined): Wire {
  const leaving = countdown(death?.at === 'leaving' ? death.nth : undefined, die);
  const answered = countdown(death?.at === 'answered' ? death.nth : undefined, die);
  const after = death?.at === 'flying' ? death.afterMs : 0;
  const flying = countdown(death?.at === 'flying' ? death.nth : undefined, () => setTimeout(die, after));
  return {
    answered,
    leaving: () => {
      leaving();
      flying();
    },
  };
}

async function main(job: Job): Promise<void> {
  const { death } = job;
  const dice = new Dice(job.seed);
  const atStep = countdown(death?.at === 'commit' ? death.nth : undefined, die);
  const window = await openWindow({
    ...job,
    clock: new LapseClock(job.ahead),
    random: () => dice.next(),
    counts: { add: (what) => writeSync(1, `count ${what}\n`) },
    wire: wireOf(death),
    hooks: {
      at: (step) => {
        if (death?.at === 'commit' && step === death.step) atStep();
      },
    },
  });
  writeSync(1, 'open\n');
  for (let n = 0; n < job.pushes; n += 1) {
    const { errors } = await window.sync.push(undefined);
    for (const { reason } of errors) writeSync(1, `count failed for now: ${reason}\n`);
  }
  await window.store.close();
}

main(JSON.parse(process.argv[2] ?? '{}')).catch((thrown: unknown) => {
  const error = asTimecardError(thrown);
  writeSync(1, `error ${error.reason}: ${error.message}\n`);
  process.exitCode = 1;
});

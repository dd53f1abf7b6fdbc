import { TimecardError } from './errors.ts';
import type { Connection } from './records.ts';

/** Data Center asks for a CAPTCHA after a few refused sign-ins (three by default), and then lets no program in. */
export const MAX_FAILED_SIGN_INS = 3;

type SignIns = Pick<Connection, 'jiraUrl' | 'failedSignIns' | 'lastProblem'>;

/** Whether a site refused the present credentials so often that nothing more is sent with them. */
export function signInsStopped({ failedSignIns }: Pick<Connection, 'failedSignIns'>): boolean {
  return failedSignIns >= MAX_FAILED_SIGN_INS;
}

/** Whether it was a CAPTCHA that ended it: once it is solved, the same credentials work again. */
function stoppedByCaptcha(connection: Pick<Connection, 'failedSignIns' | 'lastProblem'>): boolean {
  return signInsStopped(connection) && connection.lastProblem?.reason === 'captcha';
}

/** Why nothing is sent any more; reason `captcha` or `unauthorized`. */
export function stoppedError(connection: SignIns): TimecardError {
  const { jiraUrl } = connection;
  return stoppedByCaptcha(connection)
    ? new TimecardError(
        'captcha',
        `${jiraUrl} asked for a CAPTCHA, so Timecard stopped. Sign in there in a browser, then test the connection.`,
        { outcome: 'notSent' },
      )
    : new TimecardError(
        'unauthorized',
        `Timecard stopped after three refused sign-ins at ${jiraUrl}. Test the connection, or sign in again.`,
        { outcome: 'notSent' },
      );
}

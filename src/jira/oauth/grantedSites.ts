import * as v from 'valibot';
import { TimecardError } from '../../core/errors.ts';
import { checkedSite } from '../../core/jiraAddress.ts';

const NEEDED = ['read:jira-work', 'write:jira-work'];

const resourcesSchema = v.array(
  v.object({
    id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/)),
    url: v.string(),
    scopes: v.array(v.string()),
  }),
);

/**
 * The gateway's id of the wanted site in an answer of `accessible-resources`. An id may stand there several times, for
 * other products, so address and scopes decide. Throws `forbidden`, `scopeMissing` or `server`.
 */
export function siteGranted(answer: unknown, jiraUrl: string): string {
  const parsed = v.safeParse(resourcesSchema, answer, { abortEarly: true });
  if (!parsed.success) throw new TimecardError('server', 'Atlassian did not say which sites were granted. Try again.');
  const wanted = new URL(checkedSite(jiraUrl)).origin;
  const here = parsed.output.filter(({ url }) => originOf(url) === wanted);
  const granted = here.find(({ scopes }) => NEEDED.every((scope) => scopes.includes(scope)));
  if (granted !== undefined) return granted.id;
  if (here.length > 0) {
    const message = `Access to ${wanted} lacks a scope. Give the OAuth app read:jira-work, write:jira-work and read:jira-user, then sign in again.`;
    throw new TimecardError('scopeMissing', message);
  }
  throw new TimecardError('forbidden', notGranted(wanted, parsed.output));
}

function notGranted(wanted: string, resources: readonly { readonly url: string }[]): string {
  const origins = [...new Set(resources.map(({ url }) => originOf(url)))].filter((url) => url !== undefined);
  const instead = origins.length === 0 ? 'no site' : origins.slice(0, 5).join(', ');
  return `Access was given to ${instead}, not to ${wanted}. Sign in again and choose that site.`;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

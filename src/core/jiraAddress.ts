import { invalid } from './errors.ts';
import { withoutEnd, withoutStart } from './text.ts';

const MAX_LENGTH = 2048;
const MAX_CANDIDATES = 5;

/** First path segments of Jira's own pages: what comes before them is the context path. */
const PAGES = new Set([
  'activity',
  'browse',
  'dashboards',
  'filters',
  'issues',
  'login.jsp',
  'people',
  'plugins',
  'projects',
  'rest',
  'secure',
  'servicedesk',
  'si',
  'software',
  'sr',
]);

/** Pages every Jira has and no context path is named after: nothing but the context path stands before them. */
const CERTAIN_PAGE = /^(secure|rest)$/;

/** Segments that follow `/jira` in the addresses of Jira Cloud, where `/jira` is not a context path. */
const CLOUD_AREAS = new Set([
  'core',
  'dashboards',
  'filters',
  'for-you',
  'people',
  'plans',
  'projects',
  'servicedesk',
  'software',
  'your-work',
]);

/** Whether a URL's host is this machine: the only place that plain http is allowed to. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Reduces any pasted Jira address to the site with its context path, without a trailing slash. When the address alone
 * does not tell the context path, this is the likeliest; `jiraAddressCandidates` has the others.
 * Throws `invalid` with a sentence for the user.
 */
export function parseJiraAddress(text: string): string {
  return firstOf(jiraAddressCandidates(text));
}

/**
 * All sites a pasted address may mean, likeliest first; more than one only when the context path is uncertain
 * (`https://host/tools/jira`). Asking each what it is (`JiraGateway.detect`) settles it.
 * Throws `invalid` when the address cannot be a Jira site, or a token would not be safe there.
 */
export function jiraAddressCandidates(text: string): readonly string[] {
  const url = checkedUrl(unquoted(text));
  if (isCloudHost(url.hostname)) return [url.origin];
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  return contextPaths(segments)
    .slice(0, MAX_CANDIDATES)
    .map((path) => url.origin + path);
}

/**
 * Checks a site address that was kept earlier, before a token goes there: https or loopback, no credentials, no query.
 * Returns it without a trailing slash; throws `invalid`.
 */
export function checkedSite(jiraUrl: string): string {
  const url = checkedUrl(jiraUrl);
  return withoutEnd(url.origin + url.pathname, '/');
}

function firstOf(candidates: readonly string[]): string {
  const [first] = candidates;
  if (first === undefined) throw invalid('jiraUrl', 'This is not a web address.');
  return first;
}

/** An address is often pasted with what stood around it. */
function unquoted(text: string): string {
  return withoutEnd(withoutStart(text.trim(), '<"\''), '>"\'');
}

function checkedUrl(text: string): URL {
  const trimmed = text.trim();
  if (trimmed === '')
    throw invalid('jiraUrl', 'Enter the address of your Jira, such as https://your-site.atlassian.net.');
  if (trimmed.length > MAX_LENGTH || /\s/.test(trimmed)) throw invalid('jiraUrl', 'This is not a web address.');
  const url = parse(withScheme(trimmed));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid('jiraUrl', 'The address must begin with https://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('jiraUrl', 'Leave the user name and password out of the address; Timecard asks for the token later.');
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw invalid('jiraUrl', 'A token is never sent over plain http. Use the https:// address of your Jira.');
  }
  rejectAtlassiansOwnPages(url.hostname);
  return url;
}

function withScheme(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  // Nothing on this machine answers https by default, and http never leaves it.
  return /^(localhost|127\.[\d.]+|\[::1\])(?=[:/]|$)/i.test(text) ? `http://${text}` : `https://${text}`;
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw invalid(
      'jiraUrl',
      'This is not a web address. Copy it from the browser, such as https://your-site.atlassian.net.',
    );
  }
}

function rejectAtlassiansOwnPages(host: string): void {
  const own = host === 'atlassian.net' || host === 'atlassian.com' || host.endsWith('.atlassian.com');
  if (own && host !== 'jira.atlassian.com') {
    throw invalid(
      'jiraUrl',
      `${host} belongs to Atlassian and is not your Jira site. Open an issue in Jira and copy the address from there.`,
    );
  }
}

/** Whether a host is Atlassian's own domain for Cloud sites (which may also have a domain of the organisation). */
export function isCloudHost(host: string): boolean {
  return host.endsWith('.atlassian.net') || host.endsWith('.jira.com');
}

/** Possible context paths (`''` or `/a/b`), likeliest first. */
function contextPaths(segments: readonly string[]): readonly string[] {
  const page = pageIndex(segments);
  if (page === undefined) return prefixes(segments, segments.length);
  const certain = CERTAIN_PAGE.test(segments[page] ?? '') || isBrowse(segments, page);
  if (certain) return [joined(segments, page)];
  if (segments[page - 1] === 'jira' && CLOUD_AREAS.has(segments[page] ?? '')) {
    // A Cloud site under its organisation's own domain looks just like a server with the context path /jira.
    return [joined(segments, page), joined(segments, page - 1)];
  }
  return prefixes(segments, page);
}

function pageIndex(segments: readonly string[]): number | undefined {
  const browse = segments.findLastIndex((_, index) => isBrowse(segments, index));
  if (browse >= 0) return browse;
  const page = segments.findIndex((segment) => PAGES.has(segment));
  if (page >= 0) return page;
  const cloud = segments.findIndex((segment, index) => segments[index - 1] === 'jira' && CLOUD_AREAS.has(segment));
  return cloud >= 0 ? cloud : undefined;
}

function isBrowse(segments: readonly string[], index: number): boolean {
  return segments[index] === 'browse' && /^[a-z][a-z0-9_]*(-\d+)?$/i.test(segments[index + 1] ?? '');
}

function prefixes(segments: readonly string[], longest: number): readonly string[] {
  return Array.from({ length: longest + 1 }, (_, index) => joined(segments, longest - index));
}

function joined(segments: readonly string[], count: number): string {
  return segments
    .slice(0, count)
    .map((segment) => `/${segment}`)
    .join('');
}

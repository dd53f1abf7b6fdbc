/** What credentials look like wherever they turn up: header values, Atlassian's token prefixes, passwords in URLs. */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{6,}/gi, '$1 [hidden]'],
  [/\bATATT[A-Za-z0-9_=.-]{8,}/g, '[hidden]'],
  [/(\bauthorization["']?\s*[:=]\s*["']?)[^\s"',}]+(?:\s+(?!\[hidden\])[^\s"',}]+)?/gi, '$1[hidden]'],
  [/(:\/\/)[^/\s@]+@/g, '$1[hidden]@'],
];

/** Removes everything from a text that looks like a credential; the last line of defence before the log. */
export function redact(text: string): string {
  return CREDENTIALS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/** An error as the log shows it: message, reason, stack and causes. Other properties stay out; they may hold headers. */
export function describeError(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  const reason = 'reason' in error && typeof error.reason === 'string' ? ` (${error.reason})` : '';
  const text = error.stack ?? `${error.name}: ${error.message}`;
  const cause = error.cause === undefined || depth >= 3 ? '' : `\nCaused by: ${describeError(error.cause, depth + 1)}`;
  return `${text}${reason}${cause}`;
}

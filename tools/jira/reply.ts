/** What goes back to the caller. `json` and `text` exclude each other; neither: an empty body. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by a handler that refuses; carries the whole answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

export const ok = (json: unknown): Reply => ({ status: 200, json });

/** Jira's usual error body. */
export function refuse(
  status: number,
  messages: readonly string[],
  errors: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal({ status, json: { errorMessages: messages, errors } });
}

export const html = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  text: `<!DOCTYPE html><html><head><title>Log in - Jira</title></head><body>${body}</body></html>`,
  type: 'text/html;charset=UTF-8',
  headers,
});

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { afterAll, afterEach, beforeAll } from 'vitest';
import { type JiraSimulator, type SimulatorOptions, startJira, type TokenName } from '../../../tools/jira/simulator.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else text. */
  readonly body: unknown;
}

export interface Ask {
  /** `null`: anonymous. */
  readonly token?: TokenName | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly through?: 'site' | 'gateway';
  readonly api?: 2 | 3;
  readonly signal?: AbortSignal;
}

export interface Desk {
  readonly jira: JiraSimulator;
  /** @param path below `/rest/api/{version}`. */
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
}

/** One simulator for a test file, put back to its seed data after every test. */
export function desk(options: SimulatorOptions): Desk {
  let running: JiraSimulator | undefined;
  const jira = (): JiraSimulator => {
    if (running === undefined) throw new Error('The simulator runs inside tests only.');
    return running;
  };
  beforeAll(async () => {
    running = await startJira(options);
  });
  afterEach(async () => {
    await jira().goOnline();
    jira().reset();
  });
  afterAll(() => jira().close());
  const usual = options.deployment === 'cloud' ? { token: 'classic', api: 3 } : { token: 'pat', api: 2 };
  return {
    get jira() {
      return jira();
    },
    ask(method, path, ask = {}) {
      const base = ask.through === 'gateway' ? `${jira().gatewayUrl}/ex/jira/${jira().cloudId}` : jira().url;
      return send(jira(), method, `${base}/rest/api/${ask.api ?? usual.api}${path}`, {
        token: options.deployment === 'cloud' ? 'classic' : 'pat',
        ...ask,
      });
    },
  };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

/** Sends one request to any address; redirects are not followed. */
export async function send(jira: JiraSimulator, method: string, url: string, ask: Ask): Promise<Answer> {
  const auth = ask.token === null || ask.token === undefined ? {} : { authorization: jira.authorization(ask.token) };
  const json = ask.body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...auth, ...json, ...ask.headers },
    ...(ask.body === undefined ? {} : { body: typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body) }),
    ...(ask.signal === undefined ? {} : { signal: ask.signal }),
  });
  return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
}

/** Reads a path such as `errors.started` out of an answer's body. */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      value,
    );
}

export const NINE = '2026-11-23T09:00:00.000+0100';
export const NINE_MS = Date.UTC(2026, 10, 23, 8);
export const note = (text: string): unknown => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

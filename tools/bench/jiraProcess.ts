import { once } from 'node:events';
import axios from 'axios';
import * as v from 'valibot';
import { cleanEnv, startService } from '../support/process.ts';
import type { Site } from './office.ts';

const Described = v.object({
  url: v.string(),
  users: v.object({ mia: v.object({ email: v.string() }) }),
  tokens: v.object({ classic: v.string() }),
});

/** A simulated Jira in a process of its own, as the real one is: what it does is not counted as ours. */
export interface JiraProcess extends Site {
  addIssue(issue: { readonly key: string; readonly summary: string }): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one on Cloud, on loopback. Rejects with what it wrote when it ends at once. */
export async function startJiraProcess(): Promise<JiraProcess> {
  const service = startService(process.execPath, ['tools/run.mjs', 'tools/jira/main.ts'], cleanEnv());
  const ended = once(service.child, 'exit').then(() => {
    throw new Error(`The simulated Jira has ended:\n${service.output()}`);
  });
  // Nobody listens once it has begun: whoever calls it then learns that it is gone.
  ended.catch(() => undefined);
  const described = (async () => {
    while (!/^\{.*\}$/mu.test(service.output())) await once(service.child.stdout ?? service.child, 'data');
    const [line] = /^\{.*\}$/mu.exec(service.output()) ?? [];
    return v.parse(Described, JSON.parse(line ?? ''));
  })();
  const site = await Promise.race([described, ended]);
  return {
    ...site,
    addIssue: async (issue) => {
      await axios.post(`${site.url}/__sim/issues`, issue, { proxy: false });
    },
    stop: service.stop,
  };
}

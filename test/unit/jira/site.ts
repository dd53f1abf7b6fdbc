import type { Credentials, JiraSession } from '../../../src/core/jiraPorts.ts';
import { openContract } from '../../../tools/jira/contract.ts';
import { type Deployment, type JiraSimulator, startJira, type TokenName } from '../../../tools/jira/simulator.ts';
import { type Bench, bench, connectionTo } from './support.ts';

/** A simulated Jira with a gateway and a session of its main user. */
export interface Site extends Bench {
  readonly jira: JiraSimulator;
  readonly session: JiraSession;
  idOf(key: string): string;
}

export async function openSite(deployment: Deployment): Promise<Site> {
  const jira = await startJira({ deployment });
  const made = bench({ gatewayUrl: jira.gatewayUrl });
  return {
    ...made,
    jira,
    session: sessionWith(made, jira, deployment === 'cloud' ? 'classic' : 'pat'),
    idOf: (key) => jira.state.issue(key).id,
  };
}

export function sessionWith(
  { gateway }: Bench,
  jira: JiraSimulator,
  token: TokenName,
  cloudId: string | null = null,
): JiraSession {
  const authType = credentialsFor(jira, token).type;
  const connection = connectionTo(jira.url, { deployment: jira.deployment, authType, cloudId });
  return gateway.session(connection, jira.tokens[token]);
}

export function credentialsFor(jira: JiraSimulator, token: TokenName): Credentials {
  return jira.deployment === 'cloud'
    ? { type: 'apiToken', email: jira.users.mia.email, token: jira.tokens[token] }
    : { type: 'pat', token: jira.tokens[token] };
}

/** What Atlassian's description says against the requests this site got; empty also when the description is not there. */
export function contractProblems(jira: JiraSimulator): readonly string[] {
  const contract = jira.deployment === 'cloud' ? openContract() : undefined;
  if (contract === undefined) return [];
  return jira.state
    .requests({ path: /\/rest\/api\// })
    .flatMap(({ method, path, query, body }) =>
      contract
        .checkRequest(method, path, new URLSearchParams(query), body)
        .map((problem) => `${method} ${path}: ${problem}`),
    );
}

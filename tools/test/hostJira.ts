import { type JiraSimulator, startJira } from '../jira/simulator.ts';

/** What the suites in VS Code know about the two simulated sites; JSON in TIMECARD_TEST_JIRA. */
export interface HostJira {
  readonly cloud: HostSite;
  readonly dataCenter: HostSite;
}

export interface HostSite {
  readonly url: string;
  /** Base of the simulator's control door. */
  readonly controlUrl: string;
  readonly email: string;
  readonly tokens: Readonly<Record<string, string>>;
}

/** Starts a Cloud and a Data Center site for the suites that run in VS Code. */
export async function startHostJira(): Promise<{
  sites: HostJira;
  env: Record<string, string>;
  stop: () => Promise<void>;
}> {
  const cloud = await startJira({ deployment: 'cloud' });
  const dataCenter = await startJira({ deployment: 'dataCenter' });
  const sites: HostJira = { cloud: describeSite(cloud), dataCenter: describeSite(dataCenter) };
  return {
    sites,
    env: { TIMECARD_TEST_JIRA: JSON.stringify(sites), TIMECARD_ATLASSIAN_GATEWAY: cloud.gatewayUrl },
    stop: async () => {
      await cloud.close();
      await dataCenter.close();
    },
  };
}

function describeSite(site: JiraSimulator): HostSite {
  return { url: site.url, controlUrl: site.controlUrl, email: site.users.mia.email, tokens: site.tokens };
}

import * as vscode from 'vscode';
import { invalid } from '../core/errors.ts';
import { parseJiraAddress } from '../core/jiraAddress.ts';
import type { SiteInfo } from '../core/jiraPorts.ts';
import type { AuthType, Connection } from '../core/records.ts';
import { errorToast } from './errorText.ts';
import { clientSecretStep, signInWithBrowser } from './oauthStep.ts';
import { askText, BACK, chooseStep, type InputStep } from './quickInput.ts';
import { attempt, credentialsOf, emailProblem, hostOf, Refusals, type SignInDeps, tokenStep } from './signInSteps.ts';
import { knownSites } from './siteSuggestions.ts';

/** What has been entered; kept while the user goes back and forth. */
interface Draft {
  readonly address: string;
  /** The address was chosen from the list: it is used without another Enter. */
  readonly isChosen: boolean;
  readonly site: string;
  readonly info: SiteInfo | undefined;
  readonly authType: AuthType;
  readonly email: string;
  readonly token: string;
  readonly clientSecret: string;
}

type Step = 'list' | 'address' | 'way' | 'email' | 'token' | 'clientSecret' | 'browser';

type Answer = Partial<Draft> | typeof BACK | { readonly connection: Connection };

/**
 * Asks for the address, then for what that site needs, signs in and saves. What is wrong is said in the step where it
 * can be put right, with everything typed still there. Rejects with `cancelled` when closed; nothing is saved then.
 * @param address what the first box starts with
 */
export function connectWizard(deps: SignInDeps, address = ''): Promise<Connection> {
  return new Wizard(deps, address).run();
}

class Wizard {
  private readonly refusals = new Refusals();
  private readonly sites: ReturnType<typeof knownSites>;
  private draft: Draft;

  constructor(
    private readonly deps: SignInDeps,
    address: string,
  ) {
    this.sites = address === '' ? knownSites(deps.settings) : [];
    const empty = { isChosen: false, site: '', info: undefined, email: '', token: '', clientSecret: '' };
    this.draft = { ...empty, address, authType: 'apiToken' };
  }

  async run(): Promise<Connection> {
    let at = 0;
    for (;;) {
      const step = this.path()[at];
      if (step === undefined) throw invalid('step', 'There is nothing more to ask.');
      const answer = await this.ask(step);
      if (answer !== BACK && 'connection' in answer) return answer.connection;
      if (answer !== BACK) this.draft = { ...this.draft, ...answer };
      at += answer === BACK ? -1 : 1;
    }
  }

  /** The steps from the first to the last, as far as what was entered tells. */
  private path(): readonly Step[] {
    const { authType, info } = this.draft;
    const last: Readonly<Record<AuthType, readonly Step[]>> = {
      apiToken: ['email', 'token'],
      pat: ['token'],
      oauth: info?.deployment === 'cloud' ? ['clientSecret', 'browser'] : ['browser'],
    };
    const list: readonly Step[] = this.sites.length > 0 ? ['list'] : [];
    return [...list, 'address', ...(this.ways().length > 1 ? (['way'] as const) : []), ...last[authType]];
  }

  /** The list and the box for the address are one step to the user. */
  private place(step: Step): Pick<InputStep, 'title' | 'step' | 'totalSteps' | 'canGoBack'> {
    const path = this.path();
    const asked: readonly Step[] = path.filter((each) => each !== 'list');
    return {
      title: wizardTitle(),
      step: Math.max(1, asked.indexOf(step) + 1),
      totalSteps: asked.length,
      canGoBack: path.indexOf(step) > 0,
    };
  }

  private ask(step: Step): Promise<Answer> {
    const steps: Readonly<Record<Step, () => Promise<Answer>>> = {
      list: () => this.askList(),
      address: () => this.askAddress(),
      way: () => this.askWay(),
      email: () => this.askEmail(),
      token: () => this.askToken(),
      clientSecret: () => this.askClientSecret(),
      browser: () => this.waitForBrowser(),
    };
    return steps[step]();
  }

  private async askList(): Promise<Answer> {
    const another = { label: `$(edit) ${vscode.l10n.t('Another address')}`, choice: '' };
    const items = this.sites.map(({ site, isSuggestion }) => ({
      label: `$(globe) ${hostOf(site)}`,
      description: isSuggestion ? vscode.l10n.t('suggested by this workspace') : vscode.l10n.t('from your settings'),
      choice: site,
    }));
    const place = this.place('list');
    const placeholder = vscode.l10n.t('Which Jira? Nothing is sent to it before you choose.');
    const site = await chooseStep([...items, another], { ...place, placeholder });
    if (site === BACK) return BACK;
    return site === '' ? { isChosen: false } : { address: site, isChosen: true };
  }

  private async askAddress(): Promise<Answer> {
    const { connections, log } = this.deps;
    let found: Partial<Draft> = {};
    const text = await askText({
      ...this.place('address'),
      prompt: vscode.l10n.t('The address of your Jira. Any page of it will do.'),
      placeholder: 'https://your-site.atlassian.net',
      value: this.draft.address,
      hint: addressHint,
      acceptsAtOnce: this.draft.isChosen,
      accept: async (value, signal) => {
        const result = await attempt(log, () => connections.detect(value, signal));
        if ('problem' in result) return result.problem;
        found = { site: result.value.jiraUrl, info: result.value };
        return undefined;
      },
    });
    this.draft = { ...this.draft, isChosen: false };
    if (text === BACK) return BACK;
    this.draft = { ...this.draft, ...found, address: text };
    const ways = this.ways();
    return ways.includes(this.draft.authType) ? {} : { authType: ways[0] ?? 'apiToken' };
  }

  /** How one can sign in to the site; the usual way first. */
  private ways(): readonly AuthType[] {
    const { info, site } = this.draft;
    if (info === undefined) return ['apiToken'];
    return [
      info.deployment === 'cloud' ? 'apiToken' : 'pat',
      ...(this.clientId(site) === '' ? [] : ['oauth' as const]),
    ];
  }

  private clientId(site: string): string {
    return clientIdFor(this.deps, this.draft.info?.deployment, site);
  }

  private async askWay(): Promise<Answer> {
    const labels: Readonly<Record<AuthType, readonly [string, string]>> = {
      apiToken: [vscode.l10n.t('API token'), vscode.l10n.t('made on your Atlassian account’s page')],
      pat: [vscode.l10n.t('Personal access token'), vscode.l10n.t('made in your Jira profile')],
      oauth: ['OAuth', vscode.l10n.t('in the browser, with your organisation’s own app')],
    };
    const items = this.ways().map((way) => ({ label: labels[way][0], description: labels[way][1], choice: way }));
    const placeholder = vscode.l10n.t('How do you want to sign in?');
    const authType = await chooseStep(items, { ...this.place('way'), placeholder });
    return authType === BACK ? BACK : { authType };
  }

  private async askEmail(): Promise<Answer> {
    const email = await askText({
      ...this.place('email'),
      prompt: vscode.l10n.t('The email address of your Atlassian account at {0}', hostOf(this.draft.site)),
      placeholder: vscode.l10n.t('you@example.com'),
      value: this.draft.email,
      accept: (value) => Promise.resolve(emailProblem(value)),
    });
    return email === BACK ? BACK : { email };
  }

  private async askToken(): Promise<Answer> {
    const { authType, site, email } = this.draft;
    const { connections, log } = this.deps;
    let connection: Connection | undefined;
    const token = await askText({
      ...tokenStep(wizardTitle(), authType, site),
      ...this.place('token'),
      value: this.draft.token,
      accept: async (value, signal) => {
        this.draft = { ...this.draft, token: value };
        const add = () => connections.add(site, credentialsOf(authType, email, value), signal);
        const result = await this.refusals.after(log, authType, site, add);
        if ('problem' in result) return result.problem;
        connection = result.value;
        return undefined;
      },
    });
    if (connection !== undefined) return { connection };
    return token === BACK ? BACK : { token };
  }

  private async askClientSecret(): Promise<Answer> {
    const step = { ...clientSecretStep(wizardTitle()), ...this.place('clientSecret'), value: this.draft.clientSecret };
    const clientSecret = await askText(step);
    return clientSecret === BACK ? BACK : { clientSecret };
  }

  private async waitForBrowser(): Promise<Answer> {
    const { site, clientSecret } = this.draft;
    const client = {
      clientId: this.clientId(site),
      clientSecret: this.draft.info?.deployment === 'cloud' ? clientSecret.trim() : null,
      redirectUri: this.deps.settings.redirectUri(),
    };
    const connection = await signInWithBrowser(this.deps.connections, site, client, this.place('browser'));
    return connection === BACK ? BACK : { connection };
  }
}

function clientIdFor({ settings }: SignInDeps, deployment: SiteInfo['deployment'] | undefined, site: string): string {
  return deployment === 'cloud' ? settings.cloudClientId() : settings.dataCenterClientId(site);
}

/**
 * Asks only for what a connection needs to get in again: a new token, or the browser. When Jira refuses an API token, it
 * asks for the email address as well, which may have changed.
 */
export async function signInAgain(
  deps: SignInDeps,
  connection: Connection,
  options: { readonly asksEmail?: boolean; readonly jiraUrl?: string } = {},
): Promise<Connection> {
  const jiraUrl = options.jiraUrl ?? connection.jiraUrl;
  const title = vscode.l10n.t('Sign in to {0}', hostOf(jiraUrl));
  if (connection.authType === 'oauth') return signInAgainWithOAuth(deps, connection, title);
  return new TokenAgain(deps, connection, { title, jiraUrl, asksEmail: options.asksEmail === true }).run();
}

class TokenAgain {
  private readonly refusals = new Refusals();
  private readonly title: string;
  private readonly jiraUrl: string;
  private asksEmail: boolean;
  private email: string;
  private token = '';
  /** What is wrong with what was entered last. */
  private problem = '';

  constructor(
    private readonly deps: SignInDeps,
    private readonly connection: Connection,
    options: { readonly title: string; readonly jiraUrl: string; readonly asksEmail: boolean },
  ) {
    this.title = options.title;
    this.jiraUrl = options.jiraUrl;
    this.asksEmail = options.asksEmail;
    this.email = connection.email ?? '';
  }

  async run(): Promise<Connection> {
    for (;;) {
      if (this.asksEmail) await this.askEmail();
      const connection = await this.askToken();
      if (connection !== undefined) return connection;
      this.asksEmail = true;
    }
  }

  private async askEmail(): Promise<void> {
    const { problem, email: before } = this;
    // A hint stands in place of the prompt, so it has to say what is asked for, too.
    const check = vscode.l10n.t('{0} Check the email address of your Atlassian account first.', problem);
    const email = await askText({
      title: this.title,
      prompt: vscode.l10n.t('The email address of your Atlassian account at {0}', hostOf(this.jiraUrl)),
      value: before,
      hint: (value) => (value === before && problem !== '' ? warning(check) : undefined),
      accept: (value) => Promise.resolve(emailProblem(value)),
    });
    if (email !== BACK) this.email = email.trim();
  }

  /** `undefined` when the email address is to be asked for next. */
  private async askToken(): Promise<Connection | undefined> {
    const { connections, log } = this.deps;
    const { id, authType } = this.connection;
    let signedIn: Connection | undefined;
    await askText({
      ...tokenStep(this.title, authType, this.jiraUrl),
      value: this.token,
      canGoBack: this.asksEmail,
      accept: async (token, signal) => {
        this.token = token;
        const credentials = credentialsOf(authType, this.email, token);
        const edit = () => connections.edit(id, this.jiraUrl, credentials, signal);
        const result = await this.refusals.after(log, authType, this.jiraUrl, edit);
        if ('value' in result) signedIn = result.value;
        else this.problem = result.problem;
        const mayBeEmail = 'problem' in result && result.isRefused && authType === 'apiToken' && !this.asksEmail;
        return 'value' in result || mayBeEmail ? undefined : result.problem;
      },
    });
    return signedIn;
  }
}

async function signInAgainWithOAuth(deps: SignInDeps, connection: Connection, title: string): Promise<Connection> {
  const { jiraUrl, deployment } = connection;
  const clientId = clientIdFor(deps, deployment, jiraUrl);
  if (clientId === '') {
    const gone = vscode.l10n.t(
      'The client id of the OAuth app is no longer in the settings. Enter it there, then sign in again.',
    );
    throw invalid('clientId', gone);
  }
  const secret = deployment === 'cloud' ? await askText(clientSecretStep(title)) : null;
  const clientSecret = secret === BACK || secret === null ? null : secret.trim();
  const client = { clientId, clientSecret, redirectUri: deps.settings.redirectUri() };
  const signedIn = await signInWithBrowser(deps.connections, jiraUrl, client, { title }, connection.id);
  return signedIn === BACK ? connection : signedIn;
}

function addressHint(value: string): vscode.InputBoxValidationMessage | undefined {
  if (value.trim() === '') return undefined;
  try {
    const message = vscode.l10n.t('Connects to {0}', parseJiraAddress(value));
    return { message, severity: vscode.InputBoxValidationSeverity.Info };
  } catch (error) {
    return warning(errorToast(error)?.message ?? '');
  }
}

function warning(message: string): vscode.InputBoxValidationMessage {
  return { message, severity: vscode.InputBoxValidationSeverity.Warning };
}

function wizardTitle(): string {
  return vscode.l10n.t('Connect to Jira');
}

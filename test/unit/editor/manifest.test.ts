import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { COMMAND_IDS, CONTEXT_KEYS } from '../../../src/editor/commands/ids.ts';

vi.mock('vscode', async () => (await import('./vscodeStub.ts')).vscodeStub());
const { SETTINGS } = await import('../../../src/editor/settings.ts');

const Setting = v.looseObject({
  type: v.string(),
  default: v.unknown(),
  enum: v.optional(v.array(v.string())),
  scope: v.string(),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
});
const Manifest = v.looseObject({
  capabilities: v.object({
    untrustedWorkspaces: v.looseObject({ restrictedConfigurations: v.array(v.string()) }),
    virtualWorkspaces: v.looseObject({}),
  }),
  contributes: v.looseObject({
    commands: v.array(v.looseObject({ command: v.string(), title: v.string(), enablement: v.optional(v.string()) })),
    menus: v.record(v.string(), v.array(v.looseObject({ command: v.string(), when: v.optional(v.string()) }))),
    configuration: v.array(v.looseObject({ title: v.string(), properties: v.record(v.string(), Setting) })),
  }),
});

const text = readFileSync('package.json', 'utf8');
const manifest = v.parse(Manifest, JSON.parse(text));
const nls = v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync('package.nls.json', 'utf8')));
const { commands, menus, configuration } = manifest.contributes;
const settings: Readonly<Record<string, v.InferOutput<typeof Setting>>> = Object.fromEntries(
  configuration.flatMap(({ properties }) => Object.entries(properties)),
);

describe('the manifest', () => {
  it('offers exactly the commands there are', () => {
    expect(commands.map(({ command }) => command).sort()).toEqual([...COMMAND_IDS].sort());
  });

  it('lets connections be managed also while the only one is switched off', () => {
    const id = 'timecard.manageConnections';
    const clauses = [...commands.map((c) => ({ ...c, when: c.enablement })), ...Object.values(menus).flat()];
    const about = clauses.filter(({ command }) => command === id);
    expect(about.length).toBeGreaterThan(0);
    for (const { when } of about) expect(when ?? '').not.toContain('timecard.connected');
  });

  it('has menus only for commands there are', () => {
    const known = new Set<string>(COMMAND_IDS);
    const inMenus = Object.values(menus).flatMap((items) => items.map(({ command }) => command));
    expect(inMenus.filter((command) => !known.has(command))).toEqual([]);
  });

  it('has titles in a row’s menu that fit there, and keeps those out of the palette', () => {
    const inRow = (menus['webview/context'] ?? []).map(({ command }) => command);
    const titles = inRow.map(
      (id) => nls[commands.find(({ command }) => command === id)?.title.slice(1, -1) ?? ''] ?? '',
    );
    expect(titles).toContain('Edit');
    for (const title of titles) expect(title).toMatch(/^(?!.*\b(a|one|two) record)[^.]{4,22}$/u);
    const hidden = (menus.commandPalette ?? []).filter(({ when }) => when === 'false').map(({ command }) => command);
    expect(inRow.filter((id) => !hidden.includes(id))).toEqual([]);
    const worklog = menus['webview/context']?.find(({ command }) => command === 'timecard.row.deleteWorklog');
    expect(worklog?.when).toContain('hasWorklog');
  });

  it('uses only context keys that are set', () => {
    const clauses = [
      ...commands.map(({ enablement }) => enablement),
      ...Object.values(menus)
        .flat()
        .map(({ when }) => when),
    ];
    const used = clauses.flatMap((clause) => clause?.match(/timecard\.\w+/g) ?? []);
    const known = new Set<string>([...CONTEXT_KEYS, 'timecard.history', 'timecard.historyTab']);
    expect(used.filter((key) => !known.has(key))).toEqual([]);
  });

  it('has a text for every %key%, and no text without one', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
  });

  it('has the settings that are read, with the same defaults, choices and limits', () => {
    expect(configuration.flatMap(({ properties }) => Object.keys(properties)).sort()).toEqual(
      Object.keys(settings).sort(),
    );
    expect(Object.keys(settings).sort()).toEqual(
      Object.keys(SETTINGS)
        .map((name) => `timecard.${name}`)
        .sort(),
    );
    for (const [name, { schema, fallback }] of Object.entries(SETTINGS)) {
      const setting = settings[`timecard.${name}`];
      const accepts = (value: unknown) => v.safeParse(schema, value).success;
      expect(setting?.default, name).toEqual(fallback);
      for (const choice of setting?.enum ?? []) expect(accepts(choice), `${name}: ${choice}`).toBe(true);
      if (setting?.enum !== undefined) expect(accepts('something else'), name).toBe(false);
      if (setting?.minimum !== undefined)
        expect([accepts(setting.minimum), accepts(setting.minimum - 1)]).toEqual([true, false]);
      if (setting?.maximum !== undefined)
        expect([accepts(setting.maximum), accepts(setting.maximum + 1)]).toEqual([true, false]);
    }
  });

  it('lets a workspace decide nothing but the pattern and a suggestion, and that only once it is trusted', () => {
    const open = Object.entries(settings).filter(([, { scope }]) => scope !== 'application');
    const names = ['timecard.jira.suggestedSite', 'timecard.issueKeyPattern'];
    expect(open.map(([name]) => name).sort()).toEqual([...names].sort());
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(names);
  });
});

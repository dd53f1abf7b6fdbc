// The layers of docs/architecture.md. `npm run check` fails on an import that one of these rules forbids.
const PURE_LIBRARIES = '(^|/)node_modules/(temporal-polyfill|temporal-utils|temporal-spec|valibot)/';

/** @returns a rule that lets files under `from` import only what `allowed` names */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

/** @returns a rule that lets only files under `allowed` import the package */
const onlyHere = (name, packagePattern, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(src|webview-ui)/', pathNot: allowed },
  to: { path: packagePattern },
});

module.exports = {
  forbidden: [
    only('core-is-pure', 'core imports core and pure libraries', '^src/core/', ['^src/core/', PURE_LIBRARIES]),
    only('app-uses-core', 'app imports app and core', '^src/app/', ['^src/(app|core)/', PURE_LIBRARIES]),
    only('protocol-stands-alone', 'protocol imports itself and valibot', '^src/protocol/', [
      '^src/protocol/',
      '(^|/)node_modules/valibot/',
    ]),
    {
      name: 'store-knows-core',
      comment: 'store implements ports of core and knows no other room',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^(src|webview-ui)/', pathNot: '^src/(store|core)/' },
    },
    {
      name: 'jira-knows-core',
      comment: 'jira implements ports of core and knows no other room',
      severity: 'error',
      from: { path: '^src/jira/' },
      to: { path: '^(src|webview-ui)/', pathNot: '^src/(jira|core)/' },
    },
    {
      name: 'editor-uses-app',
      comment: 'editor imports editor, app, core, protocol and the API types',
      severity: 'error',
      from: { path: '^src/editor/' },
      to: { path: '^(src|webview-ui)/', pathNot: ['^src/(editor|app|core|protocol)/', '^src/api\\.ts$'] },
    },
    {
      name: 'view-knows-the-protocol',
      comment: 'the view shares the protocol with the extension, nothing else',
      severity: 'error',
      from: { path: '^webview-ui/' },
      to: { path: '^(src|tools|test)/', pathNot: '^src/protocol/' },
    },
    {
      name: 'api-types-only',
      comment: 'the exported API is described with core types',
      severity: 'error',
      from: { path: '^src/api\\.ts$' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    onlyHere(
      'vscode-in-editor',
      '^vscode$|(^|/)node_modules/@types/vscode/',
      ['^src/editor/', '^src/(extension|container|api)\\.ts$'],
      'the rooms that are not the editor run without it',
    ),
    onlyHere('axios-in-jira', '(^|/)node_modules/(axios|@types/axios)/', '^src/jira/', 'one place talks HTTP'),
    onlyHere(
      'database-in-store',
      '(^|/)node_modules/(@types/)?(sql\\.js|proper-lockfile)/',
      '^src/store/',
      'one place touches the database file and its lock',
    ),
    onlyHere(
      'toolkit-in-kit',
      '(^|/)node_modules/(@vscode/webview-ui-toolkit|@microsoft/fast-)',
      '^webview-ui/src/kit\\.ts$',
      'the toolkit is retired upstream; one file is to be replaced (docs/decisions)',
    ),
    {
      name: 'shipped-code-stands-alone',
      comment: 'what is shipped does not import tools or tests',
      severity: 'error',
      from: { path: '^(src|webview-ui)/' },
      to: { path: '^(tools|test)/' },
    },
    {
      name: 'no-cycles',
      comment: 'a circle has no lower layer; types count too',
      severity: 'error',
      from: { path: '^(src|webview-ui|tools|test)/' },
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment: 'an import that is not found would escape the other rules',
      severity: 'error',
      from: { path: '^(src|webview-ui)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    {
      name: 'declared-packages-only',
      comment: 'a package that is not in package.json may vanish with an update',
      severity: 'error',
      // Tools and tests are left to knip, which does not take tools/vscode/package.json for theirs.
      from: { path: '^(src|webview-ui)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '^vscode$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
    builtInModules: { add: ['vscode'] },
  },
};

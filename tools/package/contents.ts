/** What may be in the package, as patterns on the names inside the archive. */
const ALLOWED: readonly RegExp[] = [
  // Made by vsce.
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/package\.json$/,
  /^extension\/package\.nls(\.[a-z-]+)?\.json$/i,
  // vsce writes these three in its own spelling.
  /^extension\/(readme\.md|changelog\.md|LICENSE(\.txt|\.md)?)$/i,
  /^extension\/l10n\/[^/]+\.json$/,
  /^extension\/media\/(?:[^/]+\/)*[^/]+\.(svg|png|md)$/,
  /^extension\/dist\/(extension\.js|foldJournal\.js|sql-wasm\.wasm|third-party-notices\.txt)$/,
  /^extension\/dist\/webview\/(view\.js|view\.css|codicon\.css|codicon\.ttf)$/,
];

/** What must be there for the extension to work. */
const REQUIRED: readonly RegExp[] = [
  /^extension\/package\.json$/,
  /^extension\/package\.nls\.json$/,
  /^extension\/readme\.md$/i,
  /^extension\/changelog\.md$/i,
  /^extension\/license/i,
  /^extension\/dist\/extension\.js$/,
  /^extension\/dist\/foldJournal\.js$/,
  /^extension\/dist\/sql-wasm\.wasm$/,
  /^extension\/dist\/third-party-notices\.txt$/,
  /^extension\/dist\/webview\/view\.js$/,
  /^extension\/dist\/webview\/view\.css$/,
  /^extension\/dist\/webview\/codicon\.css$/,
  /^extension\/dist\/webview\/codicon\.ttf$/,
];

/** What is wrong with a package that holds these files; empty when it is as it should be. */
export function packageProblems(entries: readonly string[]): string[] {
  const extra = entries.filter((name) => !name.endsWith('/') && !ALLOWED.some((pattern) => pattern.test(name)));
  const missing = REQUIRED.filter((pattern) => !entries.some((name) => pattern.test(name)));
  return [
    ...extra.map((name) => `${name} does not belong in the package`),
    ...missing.map((pattern) => `Nothing in the package matches ${pattern.source}`),
  ];
}

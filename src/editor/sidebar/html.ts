export interface SidebarHtmlOptions {
  /** `webview.cspSource` */
  readonly cspSource: string;
  /** New for every load. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconUri: string;
  /** Title of the document, in the user's language. */
  readonly title: string;
  /** BCP 47, `vscode.env.language` */
  readonly lang: string;
  /** Where the page is shown; the sidebar when absent. */
  readonly place?: 'sidebar' | 'editor';
}

/**
 * Hash of the empty text: allows a style element with nothing in it and no other. The toolkit makes one at load to find
 * out whether the browser knows `:focus-visible`, and shows focus outlines on every click when it cannot.
 */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

function attribute(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * The page around the history view. Nothing runs or loads but our own script (by nonce), styles and font:
 * no inline script or style, no images, no connections, no frames.
 */
export function sidebarHtml(options: SidebarHtmlOptions): string {
  const { cspSource, nonce, scriptUri, styleUri, codiconUri, title, lang, place = 'sidebar' } = options;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} ${EMPTY_STYLE}`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(lang)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${attribute(codiconUri)}">
<link rel="stylesheet" href="${attribute(styleUri)}">
<title>${attribute(title)}</title>
</head>
<body>
<main id="app" data-place="${place}"></main>
<script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}"></script>
</body>
</html>
`;
}

import type { Theme } from './themes.ts';

/** A script that gives a page the colours and default styles that the editor gives a webview. */
export function dressScript(theme: Theme, fontSize?: string): string {
  const colors = { ...theme.colors, ...(fontSize === undefined ? {} : { 'font-size': fontSize }) };
  return `(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(\`@layer vscode-default {
      html { scrollbar-color: var(--vscode-scrollbarSlider-background) transparent; background: var(--vscode-sideBar-background); }
      body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
        font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight);
        font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; } }\`);
    document.adoptedStyleSheets = [sheet];
    const dress = () => {
      if (document.body === null) return;
      observer.disconnect();
      const colors = ${JSON.stringify(colors)};
      for (const [name, value] of Object.entries(colors)) document.documentElement.style.setProperty('--vscode-' + name, value);
      document.body.classList.add(...${JSON.stringify(theme.classes)});
      document.body.dataset.vscodeThemeKind = ${JSON.stringify(theme.kind)};
    };
    const observer = new MutationObserver(dress);
    observer.observe(document, { childList: true, subtree: true });
  })();`;
}

import { expect, test } from 'vitest';
import { sidebarHtml } from '../../src/editor/sidebar/html.ts';

const options = {
  cspSource: 'https://*.vscode-cdn.net',
  nonce: 'abc123',
  scriptUri: 'https://file.vscode-cdn.net/view.js',
  styleUri: 'https://file.vscode-cdn.net/view.css',
  codiconUri: 'https://file.vscode-cdn.net/codicon.css',
  title: 'Time records',
  lang: 'en',
};

test('the page allows its own script, styles and font and nothing else', () => {
  const page = sidebarHtml(options);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/u.exec(page)?.[1]?.replaceAll('&#39;', "'");
  const directives = Object.fromEntries(
    (policy ?? '').split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
  );
  expect(directives).toEqual({
    'default-src': ["'none'"],
    'script-src': ["'nonce-abc123'"],
    'style-src': [options.cspSource, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
    'font-src': [options.cspSource],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  });
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|unsafe/u);
});

test('nothing that is put in breaks out of its place', () => {
  const evil = '"><script>alert(1)</script>&';
  const page = sidebarHtml({ ...options, title: evil, lang: evil, scriptUri: evil, styleUri: evil, codiconUri: evil });
  expect(page.match(/<script/gu)?.length).toBe(1);
  expect(page).toContain('<title>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;</title>');
});

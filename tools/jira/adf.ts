import { isObject } from './reply.ts';

const INLINE = new Set(['text', 'hardBreak', 'mention', 'emoji', 'inlineCard', 'date', 'status']);
const BLOCK = new Set([
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'codeBlock',
  'blockquote',
  'rule',
  'panel',
  'table',
  'mediaGroup',
  'mediaSingle',
  'expand',
  'taskList',
  'decisionList',
]);
/** What a container may hold, when it is not plain blocks. */
const CHILDREN: Readonly<Record<string, ReadonlySet<string>>> = {
  doc: BLOCK,
  paragraph: INLINE,
  heading: INLINE,
  codeBlock: new Set(['text']),
  bulletList: new Set(['listItem']),
  orderedList: new Set(['listItem']),
  table: new Set(['tableRow']),
  tableRow: new Set(['tableCell', 'tableHeader']),
};
const NODE_KEYS = new Set(['type', 'text', 'marks', 'attrs', 'content', 'version']);

function isNode(value: unknown, allowed: ReadonlySet<string>): boolean {
  if (!isObject(value) || typeof value.type !== 'string' || !allowed.has(value.type)) return false;
  if (Object.keys(value).some((key) => !NODE_KEYS.has(key))) return false;
  if (value.type === 'text') return typeof value.text === 'string' && value.text !== '' && value.content === undefined;
  if (value.text !== undefined) return false;
  if (value.content === undefined) return true;
  const children = CHILDREN[value.type] ?? new Set([...BLOCK, ...INLINE]);
  return Array.isArray(value.content) && value.content.every((child) => isNode(child, children));
}

/** Whether Jira would take this as an Atlassian document: version 1, known nodes, no empty text. */
export function isDocument(value: unknown): boolean {
  return isObject(value) && value.version === 1 && Array.isArray(value.content) && isNode(value, new Set(['doc']));
}

/** The text of a document, blocks on lines of their own. */
export function documentText(value: unknown): string {
  if (!isObject(value)) return '';
  if (value.type === 'text') return typeof value.text === 'string' ? value.text : '';
  if (value.type === 'hardBreak') return '\n';
  const parts = Array.isArray(value.content) ? value.content.map(documentText) : [];
  return parts.join(value.type === 'doc' ? '\n' : '');
}

/** A document that says `text`. */
export function textDocument(text: string): unknown {
  const content = text
    .split('\n')
    .map((line) => ({ type: 'paragraph', content: line === '' ? [] : [{ type: 'text', text: line }] }));
  return { type: 'doc', version: 1, content };
}

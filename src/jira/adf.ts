import { cut, plainText } from '../core/text.ts';
import { MAX_COMMENT } from '../core/worklogContent.ts';

/** Jira nests at most a few levels; a hostile document must not exhaust the stack. */
const MAX_DEPTH = 64;
/** Longer than any comment of ours; the rest is not read. */
const LONGEST_TEXT = 6 * MAX_COMMENT;

interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly unknown[];
}

/** An Atlassian document as it is sent: one paragraph for each line. */
interface AdfDocument {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: readonly AdfNode[];
}

/**
 * Plain text as an Atlassian document. An empty line is a paragraph without content, because Jira refuses empty text
 * nodes. Empty text gives a document without content, which clears a comment.
 */
export function textToAdf(text: string): AdfDocument {
  const plain = plainText(text);
  const lines = plain === '' ? [] : plain.split('\n');
  return { type: 'doc', version: 1, content: lines.map(paragraph) };
}

/** The plain text of an Atlassian document; what `textToAdf` made comes back unchanged. Anything else gives `''`. */
export function adfToText(document: unknown): string {
  return isNode(document) && document.type === 'doc' ? plainText(cut(blocks(document.content, 0), LONGEST_TEXT)) : '';
}

function paragraph(line: string): AdfNode {
  return line === '' ? { type: 'paragraph' } : { type: 'paragraph', content: [{ type: 'text', text: line }] };
}

function isNode(value: unknown): value is AdfNode {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') return false;
  const contentOk = !('content' in value) || value.content === undefined || Array.isArray(value.content);
  const textOk = !('text' in value) || value.text === undefined || typeof value.text === 'string';
  return contentOk && textOk && (!('attrs' in value) || isAttributes(value.attrs));
}

function isAttributes(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null);
}

function nodesIn(content: readonly unknown[] | undefined, depth: number): readonly AdfNode[] {
  return depth > MAX_DEPTH ? [] : (content ?? []).filter(isNode);
}

function blocks(content: readonly unknown[] | undefined, depth: number): string {
  return nodesIn(content, depth)
    .map((node) => block(node, depth + 1))
    .join('\n');
}

function block(node: AdfNode, depth: number): string {
  switch (node.type) {
    case 'paragraph':
    case 'heading':
    case 'codeBlock':
      return inlines(node.content, depth);
    case 'bulletList':
      return listItems(node, depth, () => '- ');
    case 'orderedList':
      return listItems(node, depth, (index) => `${index + 1}. `);
    case 'rule':
      return '----';
    case 'tableRow':
      return nodesIn(node.content, depth)
        .map((cell) => blocks(cell.content, depth + 1))
        .join(' | ');
    default:
      return node.content === undefined ? inline(node, depth) : blocks(node.content, depth);
  }
}

function listItems(list: AdfNode, depth: number, mark: (index: number) => string): string {
  return nodesIn(list.content, depth)
    .map((item, index) => mark(index) + blocks(item.content, depth + 1))
    .join('\n');
}

function inlines(content: readonly unknown[] | undefined, depth: number): string {
  return nodesIn(content, depth)
    .map((node) => inline(node, depth + 1))
    .join('');
}

function inline(node: AdfNode, depth: number): string {
  if (node.text !== undefined) return node.text;
  if (node.type === 'hardBreak') return '\n';
  if (node.content !== undefined) return inlines(node.content, depth);
  for (const name of ['text', 'shortName', 'url']) {
    const value = node.attrs?.[name];
    if (typeof value === 'string') return value;
  }
  return '';
}

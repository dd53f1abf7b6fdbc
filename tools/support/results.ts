import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fromRoot } from './paths.ts';

/**
 * Puts a result between `<!-- begin: marker -->` and `<!-- end: marker -->` of a page, in place of the older one.
 * @param file from the project's root
 * @throws when the page does not have both comments, each once and in this order
 */
export async function writeResults(file: string, marker: string, markdown: string): Promise<void> {
  const target = fromRoot(file);
  const page = await readFile(target, 'utf8');
  await writeFile(target, placeBetween(page, marker, markdown, file));
}

/** The page with the text between the two comments of the marker. */
export function placeBetween(page: string, marker: string, markdown: string, name: string): string {
  const begin = `<!-- begin: ${marker} -->`;
  const end = `<!-- end: ${marker} -->`;
  const [before, inside, more] = page.split(begin);
  if (before === undefined || inside === undefined || more !== undefined) throw new Error(`${name}: not one ${begin}`);
  const [, after, evenMore] = inside.split(end);
  if (after === undefined || evenMore !== undefined) throw new Error(`${name}: not one ${end} after ${begin}`);
  return `${before}${begin}\n${markdown.trim()}\n${end}${after}`;
}

/** What ran a measurement, for the line under its table: date, cores and CPU, Node version. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown CPU';
  return `${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${model}, Node ${process.versions.node}`;
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createContext, Script } from 'node:vm';
import fc from 'fast-check';
import ts from 'typescript';
import { fromRoot } from '../../../tools/support/paths.ts';

/** A regular expression as it stands in the code. */
export interface Pattern {
  readonly where: string;
  readonly regex: RegExp;
}

/** Every regular expression that is written as a literal below a folder of the project. */
export async function patternsBelow(folder: string): Promise<readonly Pattern[]> {
  const names = await readdir(fromRoot(folder), { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  return (await Promise.all(files.map(patternsIn))).flat();
}

async function patternsIn(file: string): Promise<readonly Pattern[]> {
  const source = ts.createSourceFile(file, await readFile(fromRoot(file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.pos);
      found.push({ where: `${file}:${line + 1}`, regex: fromLiteral(node.text) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function fromLiteral(text: string): RegExp {
  const end = text.lastIndexOf('/');
  return new RegExp(text.slice(1, end), text.slice(end + 1));
}

/** A text of any length: `head`, then `pump` over and over, then `tail`. */
export interface Attack {
  readonly head: string;
  readonly pump: string;
  readonly tail: string;
}

export function attackText({ head, pump, tail }: Attack, length: number): string {
  return head + pump.repeat(Math.ceil(length / pump.length)) + tail;
}

/** What stands in a pattern, what often is looked for, and a sign that none of them takes. */
const COMMON = [' ', '\t', '\n', 'a', 'A', '0', '_', '-', '.', '/', '"', "'", '<', '>', ':', '@', '#', '|', '(', '\\'];
const NO_SIGN = '\u0001';

/** Repeats of single signs, and of every part of texts that match: what backtracking patterns are slow on. */
export function attacksOn(regex: RegExp, samples: number, seed: number): readonly Attack[] {
  const signs = new Set([...COMMON, ...regex.source.replace(/\\./gu, '')]);
  const singles = [...signs].flatMap((pump) => [NO_SIGN, 'a'].map((tail) => ({ head: '', pump, tail })));
  const parts = matching(regex, samples, seed).flatMap((text) => cutUp(text.slice(0, 12)));
  return [...singles, ...parts];
}

function matching(regex: RegExp, samples: number, seed: number): readonly string[] {
  try {
    return fc.sample(fc.stringMatching(new RegExp(regex.source, regex.flags.replace(/[gmi]/gu, ''))), {
      numRuns: samples,
      seed,
    });
  } catch {
    // Lookarounds and properties of Unicode are more than the library makes texts for; single signs must do.
    return [];
  }
}

function cutUp(text: string): readonly Attack[] {
  const attacks: Attack[] = [];
  for (let from = 0; from < text.length; from += 1) {
    for (const to of [from + 1, from + 2, text.length]) {
      const pump = text.slice(from, to);
      attacks.push({ head: text.slice(0, from), pump, tail: text.slice(to) + NO_SIGN });
    }
  }
  return attacks;
}

const LENGTH = 10_000;
/** What a linear pattern needs for that length many times over, and one that is quadratic never keeps to. */
const QUICK_MS = 25;
/** Ten times the text: a linear pattern takes ten times as long, a quadratic one a hundred times. */
const MOST_TIMES_SLOWER = 30;
/** Nothing but a timeout stops an exponential one. */
const GIVEN_UP_MS = 1_000;

const script = new Script('regex.lastIndex = 0; text.replace(regex, "")');
const sandbox = createContext({});

function millisecondsOf(regex: RegExp, text: string): number {
  Object.assign(sandbox, { regex, text });
  const started = performance.now();
  try {
    script.runInContext(sandbox, { timeout: GIVEN_UP_MS });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return Number.POSITIVE_INFINITY;
  }
  return performance.now() - started;
}

/** What was thrown comes from the sandbox's own realm, so `instanceof Error` says nothing. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** The least of a few tries; other programs make single ones slow. */
function leastOf(regex: RegExp, text: string, enough: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least > enough; tries += 1) {
    least = Math.min(least, millisecondsOf(regex, text));
    // Nobody is unlucky for a whole second.
    if (least === Number.POSITIVE_INFINITY) break;
  }
  return least;
}

/** The first attack that a pattern takes much more than ten times as long for when it is ten times as long. */
export function slowOn(regex: RegExp, attacks: readonly Attack[]): string | undefined {
  for (const attack of attacks) {
    let complaint = measured(regex, attack);
    // What is slow is slow again; what was only unlucky is not.
    for (let tries = 0; tries < 2 && complaint !== undefined; tries += 1) complaint = measured(regex, attack);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function measured(regex: RegExp, attack: Attack): string | undefined {
  const long = leastOf(regex, attackText(attack, LENGTH), QUICK_MS);
  if (long <= QUICK_MS) return undefined;
  const short = leastOf(regex, attackText(attack, LENGTH / 10), 0);
  const isSlow = long === Number.POSITIVE_INFINITY || long > short * MOST_TIMES_SLOWER;
  return isSlow
    ? `${JSON.stringify(attack)}: ${short.toFixed(1)} ms, ten times as long ${long.toFixed(1)} ms`
    : undefined;
}

import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Every way in which bytes may spell a token: plain, in two bytes a letter, in a URL, in hexadecimal, and in Base64,
 * which depends on what stands before it (`name@example.com:` in a Basic header).
 */
function spellingsOf(token: string): readonly Buffer[] {
  const bytes = Buffer.from(token);
  const base64 = [0, 1, 2].map((before) => middleOfBase64(bytes, before));
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const texts = [token, encodeURIComponent(token), bytes.toString('hex'), ...base64, ...url];
  return [...[...new Set(texts)].map((text) => Buffer.from(text)), Buffer.from(token, 'utf16le')];
}

/** The letters that stand for these bytes alone when so many others are before them, and any after. */
function middleOfBase64(bytes: Buffer, before: number): string {
  const all = Buffer.concat([Buffer.alloc(before), bytes]);
  const first = Math.ceil((before * 8) / 6);
  return all.toString('base64').slice(first, Math.floor((all.length * 8) / 6));
}

/** Whether one of the tokens is in there, in any spelling. */
export function holdsToken(content: Buffer, tokens: readonly string[]): boolean {
  return tokens.flatMap(spellingsOf).some((spelling) => content.includes(spelling));
}

/** What was looked through, and what of it holds a token. */
export interface Found {
  readonly searched: number;
  /** Never the token itself. */
  readonly found: readonly string[];
}

/** Searches every file of a folder and of those in it, hidden ones too. */
export async function searchFiles(folder: string, tokens: readonly string[]): Promise<Found> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  const found: string[] = [];
  for (const file of files) {
    if (await fileHolds(file, tokens)) found.push(path.relative(folder, file));
  }
  return { searched: files.length, found };
}

async function fileHolds(file: string, tokens: readonly string[]): Promise<boolean> {
  try {
    return holdsToken(await readFile(file), tokens);
  } catch (error) {
    // A program that is still running may remove a file of its own meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Searches the arguments of this process and of everything it has started, which any user of the machine can read.
 * @returns `undefined` where there is no /proc
 */
export async function searchArguments(tokens: readonly string[]): Promise<Found | undefined> {
  if (process.platform !== 'linux') return undefined;
  const running = await runningProcesses();
  const ours = new Set([process.pid]);
  for (let before = 0; before < ours.size; ) {
    before = ours.size;
    for (const { pid, parent } of running) if (ours.has(parent)) ours.add(pid);
  }
  const found = running.filter(({ pid, args }) => ours.has(pid) && holdsToken(args, tokens));
  return { searched: ours.size, found: found.map(({ pid, program }) => `${program} (${pid})`) };
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  readonly args: Buffer;
}

async function runningProcesses(): Promise<readonly Running[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(pids.map(runningProcess))).flatMap((each) => each ?? []);
}

/** `undefined` when it has ended meanwhile. */
async function runningProcess(pid: string): Promise<Running | undefined> {
  try {
    const [args, stat] = await Promise.all([readFile(`/proc/${pid}/cmdline`), readFile(`/proc/${pid}/stat`, 'utf8')]);
    // The name before it is in brackets and may hold blanks and brackets.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const program = await readlink(`/proc/${pid}/exe`).catch(() => 'a program');
    return { pid: Number(pid), parent, program, args };
  } catch {
    return undefined;
  }
}

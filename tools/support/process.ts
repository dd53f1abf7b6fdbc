import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Variables that npm or a surrounding VS Code set for their own children and that would mislead ours. */
const MISLEADING = /^(npm_(package|lifecycle)_|npm_config_local_prefix$|npm_config_prefix$|VSCODE_|ELECTRON_)/;

/** This process's environment without what npm and VS Code put there, plus `extra`. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !MISLEADING.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

export interface RunResult {
  readonly code: number;
  /** Both streams, in the order they came. */
  readonly output: string;
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; echo?: boolean } = {},
): Promise<RunResult> {
  const spawnOptions: SpawnOptions = {
    env: options.env ?? cleanEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command === 'npm',
  };
  if (options.cwd !== undefined) spawnOptions.cwd = options.cwd;
  const child = spawn(command, [...args], spawnOptions);
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer) => {
    chunks.push(chunk);
    if (options.echo) process.stdout.write(chunk);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : 1, output: Buffer.concat(chunks).toString('utf8') };
}

/** As `run`, and rejects with the output when the program fails. */
export async function runOrThrow(command: string, args: readonly string[], options: { cwd?: string } = {}) {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new Error(`${command} ${args.join(' ')} failed (${result.code}):\n${result.output}`);
  return result.output;
}

/** A long-running program and everything it started. */
export interface Service {
  readonly child: ChildProcess;
  /** What it has written so far, at most the last 64 KB. */
  output(): string;
  /** Ends the whole group and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a program in its own process group, so that its children can be ended with it. */
export function startService(command: string, args: readonly string[], env: Record<string, string>): Service {
  const child = spawn(command, [...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  let text = '';
  const take = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-65_536);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('error', (error) => take(Buffer.from(String(error))));
  const endWithUs = () => signalGroup(child, 'SIGKILL');
  process.on('exit', endWithUs);
  return {
    child,
    output: () => text,
    stop: async () => {
      await stopGroup(child);
      process.off('exit', endWithUs);
    },
  };
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) {
    signalGroup(child, 'SIGKILL');
    return;
  }
  const ended = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  const force = setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000);
  await ended;
  clearTimeout(force);
  signalGroup(child, 'SIGKILL');
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: nobody of the group is left, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

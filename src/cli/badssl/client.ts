/** Runs a client's command against one case. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientEnd } from '../../badssl/judge.ts';

/** What stands in braces in a command. */
export const PLACEHOLDERS = ['ca', 'host', 'port', 'name', 'url'] as const;
export type Values = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

/** Octets of what a client says that are kept, from the end. */
const KEPT = 4_000;

/** The placeholders of a command that are none. */
export function unknownPlaceholders(command: string): string[] {
  const known: readonly string[] = PLACEHOLDERS;
  return [...command.matchAll(/(?<![$\w])\{([a-z]+)\}/g)]
    .map((match) => match[1]!)
    .filter((name) => !known.includes(name));
}

export function fill(command: string, values: Values): string {
  return command.replace(
    /\{([a-z]+)\}/g,
    (whole, name: string) => (values as Record<string, string>)[name] ?? whole,
  );
}

/** By the system's shell; ends it and all that it started when it takes longer than `timeoutMs`, or `stop` says so. */
export function runClient(command: string, timeoutMs: number, stop: AbortSignal): Promise<ClientEnd> {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let timedOut = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT);
      });
    }
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, timeoutMs);
    const end = () => endGroup(child);
    stop.addEventListener('abort', end);
    child.on('error', (error) => {
      said += error.message;
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      const milliseconds = Math.round(performance.now() - start);
      resolve({ status: status ?? undefined, timedOut, said: lastLine(said), milliseconds });
    });
  });
}

/** The shell and what it started are one process group, where there are such. */
function endGroup(shell: ChildProcess): void {
  try {
    process.kill(-shell.pid!, 'SIGKILL');
  } catch {
    // It ended in this moment, or the system has no groups.
    shell.kill('SIGKILL');
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

/** The client is gone; its last segments may still be on their way through the kernel. */
export async function letArrive(): Promise<void> {
  await pause(50);
}

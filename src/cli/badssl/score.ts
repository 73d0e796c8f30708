/** Tries a client against every case, some at once, and judges it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case } from '../../badssl/case.ts';
import { judge, type Scored } from '../../badssl/judge.ts';
import { authoritiesPem, type Listed, urlOf } from '../../badssl/listing.ts';
import { fill, letArrive, runClient } from './client.ts';
import type { BadServer } from './server.ts';

export interface ScoreOptions {
  readonly command: string;
  readonly timeoutMs: number;
  /** Clients that run at the same time. */
  readonly jobs: number;
  /** Called with each result, in the order of the cases. */
  readonly onScored: (scored: Scored) => void;
  /** Ends the clients that run, and begins no more. */
  readonly stop: AbortSignal;
}

/** The cases that were tried: all, unless it was stopped. */
export async function score(server: BadServer, options: ScoreOptions): Promise<Scored[]> {
  const folder = mkdtempSync(join(tmpdir(), 'badssl-'));
  try {
    return await scoreAll(server, folder, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function scoreAll(server: BadServer, folder: string, options: ScoreOptions): Promise<Scored[]> {
  const { listed } = server;
  const results: Scored[] = [];
  let next = 0;
  let told = 0;
  const work = async () => {
    while (next < listed.length && !options.stop.aborted) {
      const index = next++;
      const scored = await scoreOne(server, listed[index]!, folder, options);
      // A client that was ended says nothing of itself.
      if (options.stop.aborted) return;
      results[index] = scored;
      while (results[told] !== undefined) options.onScored(results[told++]!);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return results.slice(0, told);
}

async function scoreOne(
  server: BadServer,
  listed: Listed,
  folder: string,
  { command, timeoutMs, stop }: ScoreOptions,
): Promise<Scored> {
  const { host } = server.address;
  const values = {
    ca: authorityFile(folder, listed.case),
    host,
    port: String(listed.port),
    name: listed.case.name,
    url: urlOf(listed, host),
  };
  const end = await runClient(fill(command, values), timeoutMs, stop);
  await letArrive();
  const seen = server.takeSeen(listed.case);
  return { case: listed.case, end, seen, judgement: judge(listed.case, seen, end) };
}

function authorityFile(folder: string, served: Case): string {
  const path = join(folder, `${served.id}.pem`);
  writeFileSync(path, authoritiesPem(served));
  return path;
}

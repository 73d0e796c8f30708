/** The files that show a run beside what is printed: `run` and `explain` write the same ones. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { UsageError } from './exit-codes.ts';

export interface OutputFileOptions {
  readonly pcap?: string;
  readonly keylog?: string;
  readonly mermaid?: string;
  readonly svg?: string;
  readonly html?: string;
}

type Render = (events: readonly TraceEvent[]) => Promise<Uint8Array | string>;

/** What shows a run is imported after it: at the start it would keep the run waiting. */
const RENDERERS: { readonly [K in keyof OutputFileOptions]-?: Render } = {
  pcap: async (events) => (await import('../report/pcapng.ts')).renderPcapng(events),
  keylog: async (events) => (await import('../report/keylog.ts')).renderKeyLog(events),
  mermaid: async (events) => (await import('../report/mermaid.ts')).renderMermaid(events),
  svg: async (events) => (await import('../report/svg/ladder.ts')).renderSvg(events),
  html: async (events) => {
    const { nodeProvider } = await import('../../emulator/crypto/node.node.ts');
    return (await import('../report/html/page.ts')).renderTracePage(events, nodeProvider);
  },
};

/** `keylog`: what the flag is called that writes secrets, where `--keylog` is another's name. */
export function addOutputFileOptions(command: Command, { keylog = 'keylog' } = {}): Command {
  return command
    .addOption(new Option('--pcap <file>', 'write a capture that Wireshark opens already decrypted (pcapng)'))
    .addOption(new Option(`--${keylog} <file>`, "write the connections' secrets (NSS key log)"))
    .addOption(new Option('--mermaid <file>', 'write the ladder as a Mermaid sequence diagram'))
    .addOption(new Option('--svg <file>', 'write the ladder as a picture'))
    .addOption(new Option('--html <file>', 'write the run as a page: ladder, bytes, output, figures'));
}

/** Opens the files before the run, so that a path that cannot be written costs no run. Returns what writes them. */
export function openOutputFiles(
  options: OutputFileOptions,
): (events: readonly TraceEvent[]) => Promise<void> {
  const open = (Object.keys(RENDERERS) as (keyof OutputFileOptions)[]).flatMap((kind) => {
    const path = options[kind];
    return path === undefined ? [] : [{ file: openForWriting(path), render: RENDERERS[kind] }];
  });
  return async (events) => {
    for (const { file, render } of open) {
      writeFileSync(file, await render(events));
      closeSync(file);
    }
  };
}

function openForWriting(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

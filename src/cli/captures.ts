/** Captures and key logs of a run: the files that more commands write than the run itself. */
import { closeSync, writeFileSync } from 'node:fs';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { openForWriting } from './files.ts';

export type Render = (events: readonly TraceEvent[]) => Promise<Uint8Array | string>;
export type Write = (events: readonly TraceEvent[]) => Promise<void>;

/** What shows a run is imported after it: at the start it would keep the run waiting. */
export const CAPTURES = {
  pcap: async (events) => (await import('../report/pcapng.ts')).renderPcapng(events),
  keylog: async (events) => (await import('../report/keylog.ts')).renderKeyLog(events),
} satisfies Record<string, Render>;

/** `paths`: by kind, as the command line has them. Returns what writes them. */
export function openOutputs<Kind extends string>(
  paths: { readonly [K in NoInfer<Kind>]?: string | undefined },
  renderers: Readonly<Record<Kind, Render>>,
): Write {
  const open = (Object.keys(renderers) as Kind[]).flatMap((kind) => {
    const path = paths[kind];
    return path === undefined ? [] : [{ file: openForWriting(path), render: renderers[kind] }];
  });
  return async (events) => {
    for (const { file, render } of open) {
      writeFileSync(file, await render(events));
      closeSync(file);
    }
  };
}

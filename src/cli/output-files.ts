/** The files that show a run beside what is printed: `run` and `explain` write the same ones. */
import { type Command, Option } from 'commander';
import { CAPTURES, openOutputs, type Render, type Write } from './captures.ts';

export interface OutputFileOptions {
  readonly pcap?: string;
  readonly keylog?: string;
  readonly mermaid?: string;
  readonly svg?: string;
  readonly html?: string;
}

const RENDERERS: { readonly [K in keyof OutputFileOptions]-?: Render } = {
  ...CAPTURES,
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

export function openOutputFiles(options: OutputFileOptions): Write {
  return openOutputs(options, RENDERERS);
}

/** A run, or a scenario, as a file. What makes it is loaded when somebody asks. */
import { nobleProvider } from '../../../emulator/crypto/noble.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { ExportedFile, ExportFormat, ScenarioSource } from './protocol.ts';

interface Exporter {
  readonly extension: string;
  readonly type: string;
  readonly render: (events: readonly TraceEvent[]) => Promise<string | Uint8Array>;
}

const EXPORTERS: Readonly<Record<ExportFormat, Exporter>> = {
  pcapng: {
    extension: 'pcapng',
    type: 'application/x-pcapng',
    render: async (events) => (await import('../../../src/report/pcapng.ts')).renderPcapng(events),
  },
  keylog: {
    extension: 'keylog.txt',
    type: 'text/plain',
    render: async (events) => (await import('../../../src/report/keylog.ts')).renderKeyLog(events),
  },
  html: {
    extension: 'html',
    type: 'text/html',
    render: async (events) => {
      return (await import('../../../src/report/html/page.ts')).renderTracePage(events, nobleProvider);
    },
  },
  svg: {
    extension: 'svg',
    type: 'image/svg+xml',
    render: async (events) => (await import('../../../src/report/svg/ladder.ts')).renderSvg(events),
  },
  mermaid: {
    extension: 'mmd',
    type: 'text/plain',
    render: async (events) => (await import('../../../src/report/mermaid.ts')).renderMermaid(events),
  },
  json: {
    extension: 'jsonl',
    type: 'application/jsonl',
    render: async (events) => (await import('../../../src/report/json-lines.ts')).renderJsonLines(events),
  },
};

export async function exportRun(
  name: string,
  events: readonly TraceEvent[],
  format: ExportFormat,
): Promise<ExportedFile> {
  const { extension, type, render } = EXPORTERS[format];
  return { name: `${name}.${extension}`, type, contents: await render(events) };
}

/** The scenario's folder as a zip, as `tls-sandbox run FOLDER` takes it when it is unpacked. */
export async function packScenario({ name, files }: ScenarioSource): Promise<ExportedFile> {
  const { strToU8, zipSync } = await import('fflate');
  const entries = Object.entries(files).map(([path, contents]) => [
    `${name}/${path}`,
    typeof contents === 'string' ? strToU8(contents) : contents,
  ]);
  return { name: `${name}.zip`, type: 'application/zip', contents: zipSync(Object.fromEntries(entries)) };
}

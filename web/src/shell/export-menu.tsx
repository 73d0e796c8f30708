/** The last run as a file. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { eventCount, world } from '../state/run.ts';
import type { ExportFormat } from '../world/protocol.ts';
import { download } from './download.ts';
import { closeMenu, Menu } from './menu.tsx';

const LABELS: Readonly<Record<ExportFormat, string>> = {
  pcapng: 'Capture, decrypted in Wireshark (pcapng)',
  keylog: 'Secrets (NSS key log)',
  html: 'Page (HTML)',
  svg: 'Ladder (SVG)',
  mermaid: 'Ladder (Mermaid)',
  json: 'Trace (JSON lines)',
};

export function ExportMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  const problem = useSignal('');
  const save = async (format: ExportFormat) => {
    try {
      download(await world.request({ what: 'export', format }));
      problem.value = '';
      closeMenu(menu.current);
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  return (
    <Menu label="Export" menu={menu}>
      {(Object.keys(LABELS) as ExportFormat[]).map((format) => (
        <button key={format} type="button" disabled={eventCount.value === 0} onClick={() => save(format)}>
          {LABELS[format]}
        </button>
      ))}
      <p role="alert" class="bad">
        {problem}
      </p>
    </Menu>
  );
}

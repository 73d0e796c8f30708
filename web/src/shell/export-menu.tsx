/** The last run as a file, and the scenario. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { packed } from '../state/as-turned.ts';
import { eventCount, world } from '../state/run.ts';
import { source } from '../state/source.ts';
import type { ExportedFile, ExportFormat } from '../world/protocol.ts';
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
  const scenario = source.value;
  const save = async (make: () => Promise<ExportedFile>) => {
    try {
      download(await make());
      problem.value = '';
      closeMenu(menu.current);
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  return (
    <Menu label="Export" menu={menu}>
      {(Object.keys(LABELS) as ExportFormat[]).map((format) => (
        <button
          key={format}
          type="button"
          disabled={eventCount.value === 0}
          onClick={() => save(() => world.request({ what: 'export', format }))}
        >
          {LABELS[format]}
        </button>
      ))}
      <button
        type="button"
        disabled={scenario === undefined}
        onClick={() => scenario && save(() => packed(scenario))}
      >
        Scenario, for the command line (zip)
      </button>
      <p role="alert" class="bad">
        {problem}
      </p>
    </Menu>
  );
}

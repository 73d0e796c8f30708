/** The last run as a file. */

import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { eventCount, world } from '../state/run.ts';
import type { ExportFormat } from '../world/protocol.ts';
import { download } from './download.ts';

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
      close(menu.current);
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  return (
    <details
      ref={menu}
      class="menu"
      onKeyDown={({ key }) => key === 'Escape' && close(menu.current)}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget && !menu.current?.contains(relatedTarget as Node))
          menu.current?.removeAttribute('open');
      }}
    >
      <summary>Export</summary>
      <div class="menu-items">
        {(Object.keys(LABELS) as ExportFormat[]).map((format) => (
          <button key={format} type="button" disabled={eventCount.value === 0} onClick={() => save(format)}>
            {LABELS[format]}
          </button>
        ))}
        <p role="alert" class="bad">
          {problem}
        </p>
      </div>
    </details>
  );
}

/** Focus goes back to what opened it. */
function close(menu: HTMLDetailsElement | null): void {
  menu?.removeAttribute('open');
  menu?.querySelector('summary')?.focus();
}

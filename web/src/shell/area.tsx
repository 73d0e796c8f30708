/** One part of the page: its panes as tabs (WAI-ARIA's pattern), the open one below them. */
import { useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type AreaName, openPanes, showPane } from '../state/layout.ts';
import { PANES, type Pane } from './panes.ts';
import { moveFocus } from './roving.ts';

export function Area({ area, label }: { area: AreaName; label: string }) {
  const panes = PANES.filter((pane) => pane.area === area);
  const open = openPanes.value[area];
  return (
    <section class={`area area-${area}`} aria-label={label}>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={moveFocus}>
        {panes.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-controls={`pane-${id}`}
            aria-selected={id === open}
            tabIndex={id === open ? 0 : -1}
            onClick={() => showPane(area, id)}
            onFocus={() => showPane(area, id)}
          >
            {title}
          </button>
        ))}
      </div>
      {panes.map((pane) => (
        <Panel key={pane.id} pane={pane} open={pane.id === open} />
      ))}
    </section>
  );
}

/** Stays as it is while another one is in front: a terminal keeps its lines. */
function Panel({ pane, open }: { pane: Pane; open: boolean }) {
  const content = useSignal<FunctionComponent | undefined>(undefined);
  const asked = useRef(false);
  useEffect(() => {
    if (!open || asked.current) return;
    asked.current = true;
    void pane.load().then((component) => {
      content.value = component;
    });
  }, [open]);
  const Content = content.value;
  return (
    <div
      class="panel"
      role="tabpanel"
      id={`pane-${pane.id}`}
      aria-labelledby={`tab-${pane.id}`}
      tabIndex={pane.isText ? 0 : undefined}
      hidden={!open}
    >
      {Content && <Content />}
    </div>
  );
}

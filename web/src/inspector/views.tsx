/** Several views of one thing, of which one shows. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { moveFocus } from '../shell/roving.ts';

interface View {
  readonly title: string;
  readonly content: ComponentChildren;
}

export function Views({ label, views }: { label: string; views: readonly View[] }) {
  const open = useSignal(0);
  const shown = Math.min(open.value, views.length - 1);
  return (
    <section class="views">
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={moveFocus}>
        {views.map(({ title }, i) => (
          <button
            key={title}
            type="button"
            role="tab"
            aria-selected={i === shown}
            tabIndex={i === shown ? 0 : -1}
            onClick={() => {
              open.value = i;
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={views[shown]?.title}>
        {views[shown]?.content}
      </div>
    </section>
  );
}

/** A pop-down of a button bar: Escape closes it, and so does going elsewhere. */
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

export interface MenuProps {
  readonly label: string;
  /** For `closeMenu`, when what was chosen is done. */
  readonly menu: RefObject<HTMLDetailsElement | null>;
  /** Of the box with what it offers, beside `menu-items`. */
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Menu({ label, menu, class: own, children }: MenuProps) {
  useEffect(() => {
    // Where nothing takes the focus, no focus is lost either.
    const leave = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) menu.current?.removeAttribute('open');
    };
    addEventListener('pointerdown', leave);
    return () => removeEventListener('pointerdown', leave);
  }, []);
  return (
    <details
      ref={menu}
      class="menu"
      onKeyDown={({ key }) => key === 'Escape' && closeMenu(menu.current)}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget && !menu.current?.contains(relatedTarget as Node))
          menu.current?.removeAttribute('open');
      }}
    >
      <summary>{label}</summary>
      <div class={own === undefined ? 'menu-items' : `menu-items ${own}`}>{children}</div>
    </details>
  );
}

/** Focus goes back to what opened it. */
export function closeMenu(menu: HTMLDetailsElement | null): void {
  menu?.removeAttribute('open');
  menu?.querySelector('summary')?.focus();
}

/** Arrow keys move among the buttons of a group, of which one at a time is in the tab order. */
export function moveFocus(event: KeyboardEvent): void {
  const group = event.currentTarget as HTMLElement;
  const items = [...group.querySelectorAll<HTMLElement>('button, [role=option], a')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = target(event.key, at, items.length);
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  items[to]!.focus();
}

function target(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

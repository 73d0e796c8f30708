/** Arrow keys go from row to row; Home, End and the page keys further. */
const PAGE = 15;

/** Whether it has moved. */
export function moveAmongRows(event: KeyboardEvent): boolean {
  const list = event.currentTarget as HTMLElement;
  const rows = [...list.querySelectorAll<HTMLElement>('button.row')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const to = target(event.key, at, rows.length - 1);
  if (at < 0 || to === undefined) return false;
  event.preventDefault();
  const row = rows[Math.max(0, Math.min(rows.length - 1, to))]!;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
  return true;
}

function target(key: string, at: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + PAGE;
    case 'PageUp':
      return at - PAGE;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

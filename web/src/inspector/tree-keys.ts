/** Arrow keys go from field to field, of which one at a time is in the tab order. */
export function moveInTree(event: KeyboardEvent): void {
  const tree = event.currentTarget as HTMLElement;
  const fields = [...tree.querySelectorAll<HTMLElement>('button.field')];
  const at = fields.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: fields.length - 1 }[event.key];
  const field = to === undefined ? undefined : fields[to];
  if (at < 0 || field === undefined) return;
  event.preventDefault();
  fields[at]!.tabIndex = -1;
  field.tabIndex = 0;
  field.focus();
}

/** Which pane is open where. A wide screen shows every area; a narrow one shows one of them. */
import { signal } from '@preact/signals';
import { PANES } from './panes.ts';

export const AREAS = ['left', 'main', 'side', 'bottom'] as const;
export type AreaName = (typeof AREAS)[number];

/** On a narrow screen. */
export const visibleArea = signal<AreaName>('main');

/** The pane that is open in each area, by id. */
export const openPanes = signal<Readonly<Record<AreaName, string>>>(
  Object.fromEntries(AREAS.map((area) => [area, PANES.find((pane) => pane.area === area)!.id])) as Record<
    AreaName,
    string
  >,
);

/** Brings a pane to the front, wherever it is. */
export function showPane(id: string): void {
  const pane = PANES.find((each) => each.id === id);
  if (pane === undefined) throw new Error(`there is no pane ${id}`);
  openPanes.value = { ...openPanes.value, [pane.area]: id };
  visibleArea.value = pane.area;
}

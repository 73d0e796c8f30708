/** Which pane is open where. A wide screen shows every area; a narrow one shows one of them. */
import { signal } from '@preact/signals';

export const AREAS = ['left', 'main', 'side', 'bottom'] as const;
export type AreaName = (typeof AREAS)[number];

/** On a narrow screen. */
export const visibleArea = signal<AreaName>('main');

/** The pane that is open in each area, by its id in shell/panes.ts. */
export const openPanes = signal<Readonly<Record<AreaName, string>>>({
  left: 'catalogue',
  main: 'ladder',
  side: 'about',
  bottom: 'terminal',
});

/** Brings a pane to the front of its area; a narrow screen goes on to show the area that it shows. */
export function openPane(area: AreaName, id: string): void {
  openPanes.value = { ...openPanes.value, [area]: id };
}

/** Brings a pane to the front, also on a narrow screen. */
export function showPane(area: AreaName, id: string): void {
  openPane(area, id);
  visibleArea.value = area;
}

/**
 * Every pane of the page, and where it stands. A pane is a component in a folder of its own, loaded when it is first
 * shown; those of one area are tabs of it, in this order.
 */
import type { FunctionComponent } from 'preact';
import type { AreaName } from '../state/layout.ts';

export interface Pane {
  readonly id: string;
  /** On its tab. */
  readonly title: string;
  readonly area: AreaName;
  readonly load: () => Promise<FunctionComponent>;
}

export const PANES: readonly Pane[] = [
  {
    id: 'catalogue',
    title: 'Scenarios',
    area: 'left',
    load: async () => (await import('../catalogue/catalogue-pane.tsx')).CataloguePane,
  },
  {
    id: 'ladder',
    title: 'Ladder',
    area: 'main',
    load: async () => (await import('../ladder/ladder-pane.tsx')).LadderPane,
  },
  {
    id: 'about',
    title: 'About',
    area: 'side',
    load: async () => (await import('../inspector/about-pane.tsx')).AboutPane,
  },
  {
    id: 'lab',
    title: 'Lab',
    area: 'side',
    load: async () => (await import('../lab/lab-pane.tsx')).LabPane,
  },
  {
    id: 'terminal',
    title: 'Terminal',
    area: 'bottom',
    load: async () => (await import('../terminal/terminal-pane.tsx')).TerminalPane,
  },
];

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
  /** Nothing in it may take the focus: it does so itself, to be scrolled with keys. */
  readonly isText?: true;
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
    id: 'guide',
    title: 'Guide',
    area: 'left',
    load: async () => (await import('../guide/guide-pane.tsx')).GuidePane,
  },
  {
    id: 'ladder',
    title: 'Ladder',
    area: 'main',
    load: async () => (await import('../ladder/ladder-pane.tsx')).LadderPane,
  },
  {
    id: 'editor',
    title: 'Editor',
    area: 'main',
    load: async () => (await import('../lab/editor-pane.tsx')).EditorPane,
  },
  {
    id: 'gauges',
    title: 'Gauges',
    area: 'main',
    load: async () => (await import('../gauges/gauges-pane.tsx')).GaugesPane,
  },
  {
    id: 'own-board',
    title: 'Own board',
    area: 'main',
    load: async () => (await import('../own-board/own-board-pane.tsx')).OwnBoardPane,
  },
  {
    id: 'about',
    title: 'About',
    area: 'side',
    isText: true,
    load: async () => (await import('../inspector/about-pane.tsx')).AboutPane,
  },
  {
    id: 'lab',
    title: 'Lab',
    area: 'side',
    load: async () => (await import('../lab/lab-pane.tsx')).LabPane,
  },
  {
    id: 'files',
    title: 'Files',
    area: 'side',
    load: async () => (await import('../files/files-pane.tsx')).FilesPane,
  },
  {
    id: 'details',
    title: 'Details',
    area: 'side',
    load: async () => (await import('../inspector/details-pane.tsx')).DetailsPane,
  },
  {
    id: 'certificates',
    title: 'Certificates',
    area: 'side',
    load: async () => (await import('../inspector/certificates-pane.tsx')).CertificatesPane,
  },
  {
    id: 'keys',
    title: 'Keys',
    area: 'side',
    isText: true,
    load: async () => (await import('../inspector/keys-pane.tsx')).KeysPane,
  },
  {
    id: 'attackers',
    title: 'Attackers',
    area: 'side',
    load: async () => (await import('../attackers/attackers-pane.tsx')).AttackersPane,
  },
  {
    id: 'why',
    title: 'Why',
    area: 'side',
    load: async () => (await import('../why/why-pane.tsx')).WhyPane,
  },
  {
    id: 'terminal',
    title: 'Terminal',
    area: 'bottom',
    load: async () => (await import('../terminal/terminal-pane.tsx')).TerminalPane,
  },
];

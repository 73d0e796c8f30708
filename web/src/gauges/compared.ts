/** Two runs held against each other: the figures that both have, line by line. */
import type { ConnectionFigures, Figures } from '../../../src/report/figures.ts';
import { formatBytes, formatCount, formatDuration } from '../../../src/report/format.ts';

export interface ComparedLine {
  readonly what: string;
  /** Undefined where a run has no such figure. */
  readonly values: readonly [number | undefined, number | undefined];
  readonly format: (value: number) => string;
}

export interface ComparedSection {
  readonly title: string;
  readonly lines: readonly ComparedLine[];
}

export function compareRuns(a: Figures, b: Figures): ComparedSection[] {
  const all = [...connectionSections(a, b), ...deviceSections(a, b)];
  const total: ComparedSection = {
    title: 'the whole run',
    lines: [{ what: 'virtual time', values: [a.total, b.total], format: formatDuration }],
  };
  return [...all, total].map(withoutEmpty).filter(({ lines }) => lines.length > 0);
}

type Read = (figures: ConnectionFigures) => number | undefined;

const OF_CONNECTION: readonly { what: string; read: Read; format: (value: number) => string }[] = [
  { what: 'handshake', read: ({ handshake }) => handshake, format: formatDuration },
  { what: 'round trips', read: ({ roundTrips }) => roundTrips, format: formatCount },
  {
    what: 'client → server, handshake',
    read: ({ clientToServer }) => clientToServer.handshakeBytes,
    format: formatBytes,
  },
  {
    what: 'server → client, handshake',
    read: ({ serverToClient }) => serverToClient.handshakeBytes,
    format: formatBytes,
  },
  {
    what: 'bytes of TLS in all',
    read: ({ clientToServer, serverToClient }) => clientToServer.bytes + serverToClient.bytes,
    format: formatBytes,
  },
];

/** The first connection of each pair of ends. */
function connectionSections(a: Figures, b: Figures): ComparedSection[] {
  const ends = ({ client, server }: ConnectionFigures) => `${client ?? '?'} and ${server ?? '?'}`;
  const titles = [...new Set([...a.connections, ...b.connections].map(ends))];
  return titles.map((title) => {
    const [mine, other] = [a, b].map(({ connections }) => connections.find((each) => ends(each) === title));
    return {
      title,
      lines: OF_CONNECTION.map(({ what, read, format }) => ({
        what,
        values: [mine && read(mine), other && read(other)],
        format,
      })),
    };
  });
}

function deviceSections(a: Figures, b: Figures): ComparedSection[] {
  const names = [...new Set([...a.devices, ...b.devices].map(({ device }) => device))];
  return names.map((name) => {
    const [mine, other] = [a, b].map(({ devices }) => devices.find(({ device }) => device === name));
    return {
      title: `${name}, estimated`,
      lines: [
        {
          what: 'CPU time for cryptography',
          values: [mine?.cpuTotal, other?.cpuTotal],
          format: formatDuration,
        },
        {
          what: 'heap in use, at most',
          values: [mine?.heap?.peak, other?.heap?.peak],
          format: formatBytes,
        },
        {
          what: 'largest free block, at least',
          values: [mine?.heap?.leastBlock, other?.heap?.leastBlock],
          format: formatBytes,
        },
      ],
    };
  });
}

function withoutEmpty({ title, lines }: ComparedSection): ComparedSection {
  return { title, lines: lines.filter(({ values: [a, b] }) => (a ?? b) !== undefined) };
}

/** "×1.8", "the same"; undefined where there is nothing to divide. */
export function ratio([a, b]: ComparedLine['values']): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return 'the same';
  return a === 0 ? undefined : `×${(b / a).toFixed(2)}`;
}

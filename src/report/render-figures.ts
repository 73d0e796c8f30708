/** The figures of a run as a table: what, how much with its unit, and what is estimated. */
import type { Paint } from './canvas.ts';
import type { ConnectionFigures, DeviceFigures, Figures, LinkFigures } from './figures.ts';
import { formatBytes, formatDuration, plural } from './format.ts';
import { clean, displayWidth, pad, padLeft, wrap } from './text.ts';

export interface FigureRow {
  readonly name: string;
  readonly value: string;
  readonly remark: string;
}

/** Lines of at most `width` columns. */
export function renderFigures(figures: Figures, paint: Paint, width: number): string[] {
  const rows = figureRows(figures);
  const widest = (column: 'name' | 'value') =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[column])), 0);
  const [nameWidth, valueWidth] = [widest('name'), widest('value')];
  const indent = 2 + nameWidth + 2 + valueWidth + 2;
  return rows.flatMap((row) =>
    wrap(clean(row.remark), width - indent).map((remark, i) => {
      const head =
        i > 0
          ? ' '.repeat(indent)
          : `  ${pad(row.name, nameWidth)}  ${paint(padLeft(row.value, valueWidth), 'strong')}  `;
      return (head + (remark === '' ? '' : paint(remark, 'quiet'))).trimEnd();
    }),
  );
}

/** The figures in words, in the order in which they are shown. */
export function figureRows(figures: Figures): FigureRow[] {
  return [
    ...figures.connections.flatMap((connection) =>
      connectionRows(connection, figures.connections.length > 1),
    ),
    ...figures.links.map(linkRow),
    ...figures.devices.flatMap((device) => deviceRows(device, figures)),
    {
      name: figures.isCapture ? 'captured time' : 'virtual time',
      value: formatDuration(figures.total),
      remark: figures.isCapture ? 'from the first packet to the last' : 'from power-on to the end of the run',
    },
  ];
}

function connectionRows(figures: ConnectionFigures, several: boolean): FigureRow[] {
  const { client, server, clientToServer: out, serverToClient: back } = figures;
  const peer = several ? ` ${server ?? client ?? figures.connection}` : '';
  const trips = `${plural(figures.roundTrips, 'round trip')}, from ClientHello to established`;
  const total = out.bytes + back.bytes;
  const inHandshake = out.handshakeBytes + back.handshakeBytes;
  const repeats =
    figures.retransmissions > 0 ? `; ${plural(figures.retransmissions, 'TCP retransmission')}` : '';
  return [
    figures.handshake === undefined
      ? {
          name: `handshake${peer}`,
          value: 'failed',
          remark: `after ${plural(figures.roundTrips, 'round trip')}`,
        }
      : { name: `handshake${peer}`, value: formatDuration(figures.handshake), remark: trips },
    {
      name: `TLS on the wire${peer}`,
      value: formatBytes(total),
      remark:
        `client → server ${formatBytes(out.bytes)}, server → client ${formatBytes(back.bytes)}, in ` +
        `${plural(out.records + back.records, 'record')}; handshake ${formatBytes(inHandshake)}${repeats}`,
    },
  ];
}

function linkRow({ link, senders, lostFrames }: LinkFigures): FigureRow {
  const bytes = senders.reduce((sum, sender) => sum + sender.bytes, 0);
  const frames = senders.reduce((sum, sender) => sum + sender.frames, 0);
  const parts =
    senders.length > 2
      ? [`${plural(frames, 'frame')} from ${plural(senders.length, 'sender')}`]
      : senders.map(
          ({ actor, frames, bytes }) => `${actor} sent ${formatBytes(bytes)} in ${plural(frames, 'frame')}`,
        );
  if (lostFrames > 0) parts.push(`${plural(lostFrames, 'frame')} lost`);
  return { name: `link ${link}`, value: formatBytes(bytes), remark: parts.join(', ') };
}

function deviceRows(device: DeviceFigures, figures: Figures): FigureRow[] {
  const who = figures.devices.length > 1 ? ` ${device.device}` : '';
  const rows: FigureRow[] = [];
  if (device.cpu.length > 0) rows.push(cpuRow(device, who));
  const { heap } = device;
  if (heap === undefined) return rows;
  for (const { connection, peak, kept } of heap.connections) {
    const own = figures.connections.find((figure) => figure.connection === connection);
    const peer = heap.connections.length > 1 ? ` ${own?.server ?? connection}` : '';
    const left = kept === undefined ? '' : `; ${formatBytes(kept)} kept until it is closed`;
    const remark = `estimated: peak of the handshake${left}`;
    rows.push({ name: `TLS heap${who}${peer}`, value: formatBytes(peak), remark });
  }
  rows.push({
    name: `IDF heap${who}`,
    value: formatBytes(heap.peak),
    remark: `estimated: peak; ${formatBytes(heap.least)} free then, largest block ${formatBytes(heap.leastBlock)}`,
  });
  return rows;
}

const CPU_SHOWN = 4;

function cpuRow({ cpu, cpuTotal }: DeviceFigures, who: string): FigureRow {
  const shown = cpu.slice(0, CPU_SHOWN).map(({ operation, count, total }) => {
    const times = count > 1 ? ` ×${count}` : '';
    return `${operation}${times} ${formatDuration(total)}`;
  });
  const rest = cpu.slice(CPU_SHOWN).reduce((sum, { total }) => sum + total, 0);
  if (rest > 0) shown.push(`other ${formatDuration(rest)}`);
  return {
    name: `CPU time${who}`,
    value: formatDuration(cpuTotal),
    remark: `estimated: ${shown.join(', ')}`,
  };
}

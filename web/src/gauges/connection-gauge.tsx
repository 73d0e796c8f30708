import type { ConnectionFigures } from '../../../src/report/figures.ts';
import { formatBytes, formatDuration, plural } from '../../../src/report/format.ts';
import { Bars } from './bars.tsx';

export function ConnectionGauge({ figures }: { figures: ConnectionFigures }) {
  const { client, server, clientToServer, serverToClient, handshake, roundTrips, retransmissions } = figures;
  const ends = `${client ?? 'somebody'} and ${server ?? 'somebody'}`;
  const direction = (from = 'client', to = 'server', bytes: number, inHandshake: number) => [
    {
      name: `${from} → ${to}, handshake`,
      value: inHandshake,
      text: formatBytes(inHandshake),
      tone: 'handshake',
    },
    {
      name: `${from} → ${to}, after it`,
      value: bytes - inHandshake,
      text: formatBytes(bytes - inHandshake),
      tone: 'data',
    },
  ];
  return (
    <section class="gauge" aria-label={`Bytes between ${ends}`}>
      <h3>Between {ends}</h3>
      <p>
        <b>{plural(roundTrips, 'round trip')}</b>
        {handshake === undefined
          ? ', and no connection'
          : ` and ${formatDuration(handshake)} until the handshake is over`}
        {retransmissions > 0 && `; ${plural(retransmissions, 'segment')} sent again`}
      </p>
      <Bars
        label={`Bytes between ${ends}`}
        bars={[
          ...direction(client, server, clientToServer.bytes, clientToServer.handshakeBytes),
          ...direction(server, client, serverToClient.bytes, serverToClient.handshakeBytes),
        ]}
      />
    </section>
  );
}

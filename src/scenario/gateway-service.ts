/** The gateway of a scenario: its sensors' side, and the cloud's. */
import type { Cloud } from '../../emulator/hosts/cloud-client.ts';
import { Gateway } from '../../emulator/hosts/gateway.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { ReadingLines } from '../../emulator/hosts/reading-lines.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import type { BrokerFactory } from './mqtt-service.ts';
import type { Pki } from './pki/build.ts';
import type { GatewayService } from './schema/gateway.ts';
import type { Scenario } from './schema.ts';

export interface GatewayContext {
  readonly pki: Pki;
  readonly hosts: Scenario['hosts'];
  readonly createBroker: BrokerFactory | undefined;
}

/** `tls`: how it shows itself to sensors. */
export function serveGateway(
  service: GatewayService,
  host: HostContext,
  tls: TlsEndpointOptions,
  { pki, hosts, createBroker }: GatewayContext,
): void {
  const { port, takes, batch } = service;
  const gateway = new Gateway(host, { cloud: cloudOf(service, hosts, pki), batch });
  if (takes === 'lines') {
    new ReadingLines(host, { port, tls, take: (reading) => gateway.take(reading) });
    return;
  }
  createBroker?.(host, {
    port,
    tls,
    onMessage: ({ topic, payload }, from) =>
      gateway.take({
        from,
        topic,
        text: typeof payload === 'string' ? payload : new TextDecoder().decode(payload),
      }),
  });
}

function cloudOf({ cloud }: GatewayService, hosts: Scenario['hosts'], pki: Pki): Cloud {
  const { address, names } = hosts[cloud.host]!;
  const { certificate } = cloud;
  return {
    address,
    port: cloud.port,
    serverName: names?.[0] ?? cloud.host,
    path: cloud.path,
    anchors: cloud.ca?.flatMap(pki.certificates),
    ...(certificate && {
      credentials: {
        chain: [pki.certificate(certificate), ...cloud.chain.flatMap(pki.certificates)],
        key: pki.key(certificate),
      },
    }),
  };
}

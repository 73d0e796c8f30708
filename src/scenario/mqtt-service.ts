/** The broker of a scenario. Its code is loaded only for a scenario that has one: every run pays for what it loads. */
import type { HostContext } from '../../emulator/hosts/host.ts';
import type { MqttServerOptions } from '../../emulator/hosts/mqtt-server.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import type { MqttService } from './schema/mqtt.ts';
import type { Scenario } from './schema.ts';

export type BrokerFactory = (host: HostContext, options: MqttServerOptions) => void;

const PORTS = { plain: 1883, tls: 8883 } as const;

/** Undefined when no host is a broker. */
export async function loadMqtt({ hosts }: Scenario): Promise<BrokerFactory | undefined> {
  const services = Object.values(hosts).flatMap((host) => host.services);
  const isBroker = (service: (typeof services)[number]) =>
    service.type === 'mqtt' || (service.type === 'gateway' && service.takes === 'mqtt');
  if (!services.some(isBroker)) return undefined;
  const { MqttServer } = await import('../../emulator/hosts/mqtt-server.ts');
  return (host, options) => new MqttServer(host, options);
}

/** `tls`: how the service's own certificate is shown; undefined for a broker without one. */
export function brokerOptions(service: MqttService, tls: TlsEndpointOptions | undefined): MqttServerOptions {
  return {
    port: service.port ?? (tls === undefined ? PORTS.plain : PORTS.tls),
    retained: new Map(Object.entries(service.retained)),
    ...(service.users && { users: new Map(Object.entries(service.users)) }),
    ...(tls && { tls }),
  };
}

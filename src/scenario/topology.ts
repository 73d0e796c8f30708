/** Builds the network of a scenario: a home network for the devices, and every host on the internet behind it. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { HttpServer, type Routes as ServerRoutes } from '../../emulator/hosts/http-server.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import { NtpServer } from '../../emulator/hosts/ntp-server.ts';
import { DnsServer } from '../../emulator/net/dns-server.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import type { World } from '../../emulator/world/world.ts';
import { ROUTER_ADDRESS } from './addressing.ts';
import { buildHomeNetwork, mac, type Station } from './home-network.ts';
import type { Pki } from './pki.ts';
import type { HttpsService, Routes, Service } from './schema/network.ts';
import { toEndpointTls } from './schema/tls.ts';
import type { Scenario } from './schema.ts';

/** Locally administered. */
const HOST_MAC_PREFIX = '02:00:00:00:00';

/** The stations of the devices, by name. The rest of the network lives in the world's events. */
export function buildTopology(
  world: World,
  scenario: Scenario,
  pki: Pki,
  crypto: CryptoProvider,
): ReadonlyMap<string, Station> {
  const { network, hosts, devices } = scenario;
  const { internet, join } = buildHomeNetwork(world, { ...network, dnsServers: nameServers(scenario) });
  for (const [index, [name, host]] of Object.entries(hosts).entries()) {
    const stack = new Ipv4Stack(world, { name, tcp: 'host', dnsServers: nameServers(scenario) });
    // A /24 of its own; the router need not lie in it, for ARP finds it on the link all the same.
    const config = { address: host.address, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS };
    stack.attach(internet.attach(name, mac(HOST_MAC_PREFIX, index)), config);
    for (const service of host.services) serve(service, { name, world, stack, crypto }, scenario, pki);
  }
  return new Map(Object.keys(devices).map((name, index) => [name, join(name, index)]));
}

function serve(service: Service, host: HostContext, scenario: Scenario, pki: Pki): void {
  switch (service.type) {
    case 'https':
      serveHttps(service, host, pki);
      return;
    case 'http':
      new HttpServer(host, { port: service.port, routes: serverRoutes(service.routes) });
      return;
    case 'ntp':
      new NtpServer(host);
      return;
    case 'dns':
      new DnsServer(host.stack, { records: dnsRecords(scenario) });
      return;
  }
}

function serveHttps(service: HttpsService, host: HostContext, pki: Pki): void {
  const chain = [service.certificate, ...service.chain].map((name) => pki.certificate(name));
  new HttpsServer(host, {
    port: service.port,
    routes: serverRoutes(service.routes),
    credentials: [{ chain, key: pki.key(service.certificate) }],
    tls: toEndpointTls(service.tls, pki.certificate, () =>
      host.world.random.fork(`tickets/${host.name}/${service.port}`).bytes(32),
    ),
    ...(service.clientCa && {
      clientAuth: 'require',
      clientAnchors: service.clientCa.map((name) => pki.certificate(name)),
    }),
  });
}

function serverRoutes(routes: Routes): ServerRoutes {
  return new Map(
    Object.entries(routes).map(([path, { status, headers, body }]) => [
      path,
      { status, body, ...(headers && { headers }) },
    ]),
  );
}

function nameServers({ hosts }: Scenario): string[] {
  return Object.values(hosts)
    .filter(({ services }) => services.some(({ type }) => type === 'dns'))
    .map(({ address }) => address);
}

function dnsRecords({ hosts }: Scenario): Map<string, string[]> {
  const records = new Map<string, string[]>();
  for (const [name, { names, address }] of Object.entries(hosts)) {
    for (const dnsName of names ?? [name]) records.set(dnsName, [...(records.get(dnsName) ?? []), address]);
  }
  return records;
}

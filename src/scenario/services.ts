/** What a host serves, as the scenario says it. */
import { EchoServer } from '../../emulator/hosts/echo-server.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { HttpServer, type Routes as ServerRoutes } from '../../emulator/hosts/http-server.ts';
import type { HttpRequest, HttpResponse } from '../../emulator/hosts/http1.ts';
import { HttpsServer } from '../../emulator/hosts/https-server.ts';
import { NtpServer } from '../../emulator/hosts/ntp-server.ts';
import { OcspServer, type OcspServerOptions } from '../../emulator/hosts/ocsp-server.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import { upgradeToEcho } from '../../emulator/hosts/websocket.ts';
import { type DnsFailure, DnsServer, type DnsServerOptions } from '../../emulator/net/dns-server.ts';
import { serveGateway } from './gateway-service.ts';
import { type BrokerFactory, brokerOptions } from './mqtt-service.ts';
import type { LoadedScenario } from './parse.ts';
import type { Pki } from './pki/build.ts';
import { flipLastBit } from './pki/certificate-spec.ts';
import type { EchoService } from './schema/echo.ts';
import type { MqttService } from './schema/mqtt.ts';
import type { HttpsService, Route, Routes, Service } from './schema/network.ts';
import type { OcspResponderService } from './schema/ocsp-responder.ts';
import { toEndpointTls } from './schema/tls.ts';
import type { Scenario } from './schema.ts';
import { resolveMoment } from './units.ts';

type ServerRoute = (request: HttpRequest) => HttpResponse;

export interface ServiceContext {
  readonly files: LoadedScenario['files'];
  readonly pki: Pki;
  /** Undefined where no host is a broker. */
  readonly createBroker: BrokerFactory | undefined;
  readonly hosts: Scenario['hosts'];
  /** What every DNS server knows. */
  readonly records: Map<string, readonly string[]>;
  /** Where DNS servers ask for other names; by default there are none. */
  readonly otherNames?: OtherNames | undefined;
}

/** Undefined addresses: the name is nobody's. */
export type OtherNames = NonNullable<DnsServerOptions['elsewhere']>;

export function serve(service: Service, host: HostContext, context: ServiceContext): void {
  const { files, pki, createBroker, records, otherNames } = context;
  const body = (route: Route) => routeBody(route, files, pki);
  switch (service.type) {
    case 'https':
      new HttpsServer(host, {
        port: service.port,
        routes: serverRoutes(service.routes, body, host),
        ...tlsEndpoint(service, host, service.port, pki),
      });
      return;
    case 'http':
      new HttpServer(host, { port: service.port, routes: serverRoutes(service.routes, body, host) });
      return;
    case 'mqtt':
      createBroker?.(
        host,
        brokerOptions(service, optionalEndpoint(service, host, service.port ?? 'mqtt', pki)),
      );
      return;
    case 'ocsp':
      new OcspServer(host, ocspOptions(service, host, pki));
      return;
    case 'echo': {
      const tls = optionalEndpoint(service, host, service.port, pki);
      new EchoServer(host, { port: service.port, ...(tls && { tls }) });
      return;
    }
    case 'gateway':
      serveGateway(service, host, tlsEndpoint(service, host, service.port, pki), context);
      return;
    case 'ntp':
      new NtpServer(host);
      return;
    case 'dns':
      new DnsServer(host.stack, {
        records,
        silent: service.silent,
        failures: dnsFailures(service.failures),
        ...(otherNames && { elsewhere: otherNames }),
      });
      return;
  }
}

/** `port` as for `tlsEndpoint`. Undefined for a service without a certificate. */
function optionalEndpoint(
  service: MqttService | EchoService,
  host: HostContext,
  port: number | string,
  pki: Pki,
): TlsEndpointOptions | undefined {
  const { certificate } = service;
  return certificate === undefined ? undefined : tlsEndpoint({ ...service, certificate }, host, port, pki);
}

function ocspOptions(service: OcspResponderService, { world }: HostContext, pki: Pki): OcspServerOptions {
  const { issuer, responder = issuer, status, thisUpdate, nextUpdate, refusal } = service;
  const now = world.unixTime;
  return {
    port: service.port,
    path: service.path,
    issuer: pki.certificate(issuer),
    responder: { key: pki.key(responder), certificate: pki.certificate(responder) },
    statuses: () => pki.statuses(issuer, status),
    ...(thisUpdate && { thisUpdate: resolveMoment(thisUpdate, now) }),
    nextUpdate: resolveMoment(nextUpdate, now),
    nonce: service.nonce,
    ...(refusal && { refusal }),
    hash: service.hash,
    ...(service.signature && { alterSignature: flipLastBit }),
  };
}

/** How a service speaks TLS; `port` tells the ticket keys of one host's services apart. */
function tlsEndpoint(
  service: Pick<HttpsService, 'certificate' | 'chain' | 'tls' | 'clientCa'> &
    Partial<Pick<HttpsService, 'ocsp'>>,
  host: HostContext,
  port: number | string,
  pki: Pki,
): TlsEndpointOptions {
  const chain = [pki.certificate(service.certificate), ...service.chain.flatMap(pki.certificates)];
  const ocspResponse = service.ocsp === undefined ? undefined : pki.ocspResponse(service.ocsp);
  return {
    credentials: [{ chain, key: pki.key(service.certificate), ...(ocspResponse && { ocspResponse }) }],
    tls: toEndpointTls(service.tls, pki.certificate, () =>
      host.world.random.fork(`tickets/${host.name}/${port}`).bytes(32),
    ),
    ...(service.clientCa && {
      clientAuth: 'require',
      clientAnchors: service.clientCa.flatMap(pki.certificates),
    }),
  };
}

function serverRoutes(routes: Routes, body: BodyOf, { crypto }: HostContext): ServerRoutes {
  return new Map(Object.entries(routes).map(([path, route]) => [path, serverRoute(route, body, crypto)]));
}

/** What is put there is what is there: the last body of POST or PUT, for GET. */
function storing(answer: HttpResponse): ServerRoute {
  let stored: Uint8Array | undefined;
  return ({ method, body }) => {
    if (method === 'POST' || method === 'PUT') {
      stored = body;
      return answer;
    }
    return stored === undefined
      ? { status: 404, body: 'nothing is stored here yet\n' }
      : { status: 200, body: stored };
  };
}

function serverRoute(route: Route, body: BodyOf, crypto: HostContext['crypto']): ServerRoute | HttpResponse {
  if (route.websocket !== undefined) return (request) => upgradeToEcho(request, crypto);
  return route.stores ? storing(response(route, body)) : response(route, body);
}

function response(route: Route, body: BodyOf): HttpResponse {
  const { status, headers, delay, chunkSize } = route;
  return {
    status,
    body: body(route),
    ...(headers && { headers }),
    ...(delay !== undefined && { delay }),
    ...(chunkSize !== undefined && { chunkSize }),
  };
}

type BodyOf = (route: Route) => string | Uint8Array;

function routeBody(route: Route, files: ReadonlyMap<string, Uint8Array>, pki: Pki): string | Uint8Array {
  if (route.file !== undefined) return files.get(route.file)!;
  if (route.certificate !== undefined) return pki.certificate(route.certificate);
  if (route.fingerprints !== undefined) return pki.fingerprints(route.fingerprints);
  if (route.crl !== undefined) return pki.crl(route.crl);
  if (route.ocsp !== undefined) return pki.ocspResponse(route.ocsp);
  return route.body ?? '';
}

/** The names of the hosts. */
export function dnsRecords({ hosts }: Scenario): Map<string, readonly string[]> {
  const records = new Map<string, readonly string[]>();
  for (const [name, { names, address }] of Object.entries(hosts)) {
    for (const dnsName of names ?? [name]) records.set(dnsName, [...(records.get(dnsName) ?? []), address]);
  }
  return records;
}

const RESPONSES = ['NXDOMAIN', 'SERVFAIL', 'REFUSED', 'silent'] as const;

function dnsFailures(failures: Readonly<Record<string, string>>): Map<string, DnsFailure> {
  const read = (text: string): DnsFailure => RESPONSES.find((each) => each === text) ?? { lie: text };
  return new Map(Object.entries(failures).map(([name, text]) => [name, read(text)]));
}

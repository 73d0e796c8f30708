/** Which scenarios can be put on a real port: those whose defect is in what a server sends. Their data decides, nothing else. */
import { isDeepStrictEqual } from 'node:util';
import type { LoadedScenario } from '../scenario/load.ts';
import type { ManInTheMiddleSpec } from '../scenario/schema/attackers.ts';
import type { Host, Service } from '../scenario/schema/network.ts';
import type { TlsSettings } from '../scenario/schema/tls.ts';
import type { Scenario } from '../scenario/schema.ts';

/** What a server of a scenario shows to a client, in the scenario's own names. */
export interface Shown {
  /** DNS name that the client asks for. */
  readonly asked: string;
  /** Name of the host in the scenario: what `asked` is, or ends in. */
  readonly host: string;
  /** Undefined for a port on which nobody speaks TLS. */
  readonly tls: ShownTls | undefined;
  /** Certificates that the client trusts, by name. */
  readonly anchors: readonly string[];
}

export interface ShownTls {
  readonly certificate: string;
  readonly chain: readonly string[];
  readonly ocsp: string | undefined;
  readonly settings: TlsSettings;
  /** What somebody between does to the server's messages. */
  readonly meddling: NonNullable<ManInTheMiddleSpec['tamperServer']>;
}

export interface Selected {
  readonly loaded: LoadedScenario;
  readonly shown: Shown;
}

export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

const TAGS = ['refusal', 'attack'];
const HTTPS_PORT = 443;

/** Whether a scenario is about something that a client should not put up with. */
export function isRefusal({ scenario }: LoadedScenario): boolean {
  return scenario.tags.some((tag) => TAGS.includes(tag));
}

/** How the scenario looks to a client from outside; or why it has nothing to show. */
export function select(loaded: LoadedScenario): Selected | Skipped {
  const { name, scenario, withoutDefect } = loaded;
  const skip = (reason: string): Skipped => ({ name, reason });
  if (withoutDefect !== undefined && !isDeepStrictEqual(scenario.devices, withoutDefect.devices)) {
    return skip('the defect is on the client’s side');
  }
  const attack = manInTheMiddle(scenario);
  const target = targetOf(scenario, attack);
  if (target === undefined) return skip('no server stands on the port of HTTPS');
  const { asked, host, service } = target;
  const anchors = anchorsOf(scenario);
  if (anchors.length === 0) return skip('its client trusts nobody');
  if (service.type !== 'https') return { loaded, shown: { asked, host, tls: undefined, anchors } };
  if (service.clientCa !== undefined) return skip('the server asks for a certificate of the client');
  if (service.tls.psk !== undefined) return skip('it needs a key shared beforehand');
  if (attack?.tamperClient !== undefined)
    return skip('what the client says is changed: it is the server that refuses');
  const { certificate, chain } =
    attack?.certificate === undefined ? service : { ...attack, certificate: attack.certificate };
  const meddling = attack?.certificate === undefined ? (attack?.tamperServer ?? []) : [];
  const tls = { certificate, chain, ocsp: service.ocsp, settings: service.tls, meddling };
  return { loaded, shown: { asked, host, tls, anchors } };
}

interface Target {
  readonly asked: string;
  readonly host: string;
  readonly service: Exclude<Service, { type: 'ntp' | 'dns' | 'mqtt' }>;
}

/** The server that the client reaches under the name that it asks for, after everybody has lied to it. */
function targetOf(scenario: Scenario, attack: ManInTheMiddleSpec | undefined): Target | undefined {
  const meant = meantHost(scenario, attack);
  if (meant === undefined) return undefined;
  const [host, { names }] = meant;
  const asked = names?.[0] ?? host;
  const lie = lies(scenario).get(asked);
  const reached = lie === undefined ? meant[1] : byAddress(scenario, lie);
  const service = reached?.services.find(isOnHttpsPort);
  return service && { asked, host, service };
}

/** The host whose name is lied about, before which somebody stands, or which the expectations name. */
function meantHost(scenario: Scenario, attack: ManInTheMiddleSpec | undefined) {
  const { hosts, expect, devices } = scenario;
  const lied = [...lies(scenario).keys()];
  const entries = Object.entries(hosts).filter(([, host]) => host.services.some(isOnHttpsPort));
  const failed = expect.handshakes?.find(({ outcome, from }) => outcome === 'failed' && from in devices);
  const wanted = attack?.victim ?? failed?.to ?? expect.handshakes?.[0]?.to;
  return (
    entries.find(([name, { names = [name] }]) => names.some((each) => lied.includes(each))) ??
    entries.find(([name]) => name === wanted) ??
    entries[0]
  );
}

function isOnHttpsPort(service: Service): service is Target['service'] {
  return (service.type === 'https' || service.type === 'http') && service.port === HTTPS_PORT;
}

/** Names that DNS answers wrongly, with the address that it gives. */
function lies({ hosts, attackers }: Scenario): Map<string, string> {
  const servers = Object.values(hosts).flatMap(({ services }) => services);
  const failures = servers.flatMap((service) =>
    service.type === 'dns' ? Object.entries(service.failures) : [],
  );
  const forged = Object.values(attackers).flatMap((each) =>
    each.type === 'dns-spoofer' ? Object.entries(each.answers) : [],
  );
  return new Map([...failures, ...forged].filter(([, answer]) => /^\d+\./.test(answer)));
}

function byAddress({ hosts }: Scenario, address: string): Host | undefined {
  return Object.values(hosts).find((host) => host.address === address);
}

function manInTheMiddle({ attackers }: Scenario): ManInTheMiddleSpec | undefined {
  return Object.values(attackers).find((each) => each.type === 'man-in-the-middle');
}

/** Authorities and pinned certificates in the first device's flash; its own certificate is none of them. */
function anchorsOf({ devices, pki }: Scenario): string[] {
  const files = Object.values(Object.values(devices)[0]!.files);
  const named = files.flatMap((file) => [
    ...(file.certificate ? [file.certificate] : []),
    ...(file.chain ?? []),
  ]);
  return named.filter(
    (name) => name in pki.roots || name in pki.imported || pki.leaves[name]?.issuer === 'self',
  );
}

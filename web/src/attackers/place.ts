/** Where attackers can stand in a scenario: read from its text, which may be in the middle of being changed. */
import { parse } from 'yaml';
import { SCENARIO_FILE } from '../../../src/scenario/scenario-file.ts';
import type { ScenarioSource } from '../world/protocol.ts';

/** A server that somebody could stand before. */
export interface Victim {
  readonly host: string;
  readonly port: number;
  /** Name of its certificate in `pki`; undefined where it speaks no TLS. */
  readonly certificate: string | undefined;
  /** Names of what it sends after it. */
  readonly chain: readonly string[];
}

export interface Place {
  /** The scenario's own attackers. */
  readonly own: readonly { readonly name: string; readonly type: string }[];
  readonly victims: readonly Victim[];
  /** By name: what a forger would copy into a certificate of her own. */
  readonly leaves: Readonly<Record<string, Data>>;
  /** Hosts that say whether a certificate is revoked. */
  readonly responders: readonly string[];
  readonly steps: readonly unknown[];
  readonly hasDevices: boolean;
  /** Nobody who is added may be called so. */
  readonly taken: readonly string[];
}

type Data = Readonly<Record<string, unknown>>;

/** As the schema's defaults are. */
const PORTS: Readonly<Record<string, (sealed: boolean) => number>> = {
  https: () => 443,
  http: () => 80,
  mqtt: (sealed) => (sealed ? 8883 : 1883),
  gateway: () => 8883,
  echo: () => 7,
};

/** Undefined for a text that is no YAML at the moment. */
export function placeOf({ files }: ScenarioSource): Place | undefined {
  const text = files[SCENARIO_FILE];
  let data: Data;
  try {
    data = record(parse(typeof text === 'string' ? text : new TextDecoder().decode(text)));
  } catch {
    return undefined;
  }
  const hosts = Object.entries(record(data.hosts));
  const services = hosts.flatMap(([host, value]) =>
    list(record(value).services).map((service) => ({ host, service: record(service) })),
  );
  return {
    own: Object.entries(record(data.attackers)).map(([name, value]) => ({
      name,
      type: String(record(value).type),
    })),
    victims: services.flatMap(({ host, service }) => victim(host, service)),
    leaves: record(record(data.pki).leaves) as Place['leaves'],
    responders: services.filter(({ service }) => service.type === 'ocsp').map(({ host }) => host),
    steps: list(data.steps),
    taken: ['devices', 'hosts', 'attackers'].flatMap((part) => Object.keys(record(data[part]))),
    hasDevices: Object.keys(record(data.devices)).length > 0,
  };
}

function victim(host: string, service: Data): Victim[] {
  const certificate = typeof service.certificate === 'string' ? service.certificate : undefined;
  const usual = PORTS[String(service.type)]?.(certificate !== undefined);
  if (usual === undefined) return [];
  const chain = list(service.chain).filter((name) => typeof name === 'string');
  return [{ host, port: typeof service.port === 'number' ? service.port : usual, certificate, chain }];
}

function record(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

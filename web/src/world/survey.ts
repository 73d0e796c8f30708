/** What a scenario is about, and what there is to turn in it. Reads it as it is written, also where it is not whole. */
import { BOARDS } from '../../../emulator/device/boards/index.ts';
import { KEY_TYPES } from '../../../src/scenario/schema/pki.ts';
import { readYaml } from '../../../src/scenario/yaml-source.ts';
import type { ScenarioSource } from './protocol.ts';
import { SCENARIO_FILE, textOf } from './source.ts';

export interface Survey {
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly seed: number;
  readonly devices: readonly { readonly name: string; readonly board: string; readonly main: string }[];
  readonly servers: readonly TlsServer[];
  readonly attackers: readonly { readonly name: string; readonly type: string }[];
  /** The `verify_mode` that its programs set by name, the first one; undefined where none does. */
  readonly verifyMode: string | undefined;
  /** All there are. */
  readonly boards: readonly string[];
  readonly keyTypes: readonly string[];
}

/** A service that shows a certificate which the scenario makes. */
export interface TlsServer {
  readonly host: string;
  /** Place in the host's list of services. */
  readonly service: number;
  readonly type: string;
  /** Name of its certificate, a leaf of the scenario's pki. */
  readonly certificate: string;
  readonly key: string;
  readonly versions: readonly string[] | undefined;
}

type Data = Readonly<Record<string, unknown>>;

export function survey(source: ScenarioSource): Survey {
  const data = asData(readYaml(textOf(source, SCENARIO_FILE) ?? '').data);
  const leaves = asData(asData(data.pki).leaves);
  return {
    title: asText(data.title),
    why: asText(data.why),
    remedy: asText(data.remedy),
    seed: typeof data.seed === 'number' ? data.seed : 1,
    devices: entries(data.devices).map(([name, device]) => ({
      name,
      board: asText(device.board, 'esp32'),
      main: asText(device.main, 'main.py'),
    })),
    servers: entries(data.hosts).flatMap(([host, { services }]) => serversOf(host, services, leaves)),
    attackers: entries(data.attackers).map(([name, { type }]) => ({ name, type: asText(type) })),
    verifyMode: verifyModeOf(source),
    boards: Object.keys(BOARDS),
    keyTypes: KEY_TYPES,
  };
}

function serversOf(host: string, services: unknown, leaves: Data): TlsServer[] {
  if (!Array.isArray(services)) return [];
  return services.map(asData).flatMap(({ type, certificate, tls }, service) => {
    if (typeof certificate !== 'string' || !Object.hasOwn(leaves, certificate)) return [];
    const { versions } = asData(tls);
    return [
      {
        host,
        service,
        type: asText(type),
        certificate,
        key: asText(asData(leaves[certificate]).key, 'ec-p256'),
        versions: Array.isArray(versions) ? versions.map(String) : undefined,
      },
    ];
  });
}

function verifyModeOf(source: ScenarioSource): string | undefined {
  const programs = Object.keys(source.files).filter((name) => name.endsWith('.py'));
  const modes = programs.map((name) =>
    /verify_mode\s*=\s*(?:ssl|tls)\.(CERT_[A-Z]+)/.exec(textOf(source, name) ?? ''),
  );
  return modes.find((match) => match !== null)?.[1];
}

function asData(value: unknown): Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};
}

function entries(value: unknown): [name: string, entry: Data][] {
  return Object.entries(asData(value)).map(([name, entry]) => [name, asData(entry)]);
}

function asText(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

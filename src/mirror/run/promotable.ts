/** What of a scenario a real board cannot meet: said before it runs. */
import type { LoadedScenario } from '../../scenario/load.ts';
import { MirrorError } from '../problem.ts';

export interface Promotion {
  /** Why it cannot run on a board at all. */
  readonly obstacles: readonly string[];
  /** What will be otherwise than in the emulator. */
  readonly remarks: readonly string[];
  /** Frames are lost or held back at random: no two runs take the same time. */
  readonly hasRandomTimes: boolean;
  /** Its program says (address, port) to a socket itself, where others take what getaddrinfo() gives. */
  readonly connectsByAddress: boolean;
}

interface Rule {
  readonly kind: 'obstacles' | 'remarks';
  readonly applies: (loaded: LoadedScenario, programs: string) => boolean;
  readonly says: string;
}

const RULES: readonly Rule[] = [
  {
    kind: 'obstacles',
    applies: ({ scenario }) => Object.keys(scenario.devices).length === 0,
    says: 'it has no device that a board could stand for',
  },
  {
    kind: 'obstacles',
    applies: ({ scenario }) => Object.keys(scenario.devices).length > 1,
    says: 'it has several devices, and here is one board',
  },
  {
    kind: 'obstacles',
    applies: ({ scenario }) =>
      Object.values(scenario.devices).some(({ secureElement }) => secureElement !== undefined),
    says: 'its key lies in a secure element',
  },
  {
    kind: 'obstacles',
    applies: (_, programs) => /\bAP_IF\b|\bIF_AP\b/.test(programs),
    says: 'its program is an access point of its own',
  },
  {
    kind: 'obstacles',
    applies: (_, programs) =>
      /\bdeepsleep\s*\(|\bmachine\.reset\s*\(|\bsoft_reset\s*\(|\bWDT\s*\(/.test(programs),
    says: 'its program starts the board again (deep sleep, reset, watchdog), which ends the console session',
  },
  {
    kind: 'obstacles',
    applies: (_, programs) => /\.listen\s*\(|start_server\s*\(/.test(programs),
    says: 'its program is a server, to which nobody here connects',
  },
  {
    kind: 'obstacles',
    applies: ({ scenario }) =>
      Object.keys(scenario.network.accessPoints).length > 0 ||
      Object.values(scenario.attackers).some(({ type }) => type === 'fake-access-point'),
    says: 'it has further access points, which no computer here can play (a fake access point among them)',
  },
  {
    kind: 'obstacles',
    applies: ({ scenario }) => scenario.network.faults.some(({ accessPoint }) => accessPoint !== undefined),
    says: 'its access point fails, which the one at hand does not',
  },
  {
    kind: 'obstacles',
    applies: ({ scenario }) =>
      scenario.steps.some((step) => step['write-serial'] !== undefined || step['set-rtc'] !== undefined),
    says: 'a person types at its console or sets its clock while it runs',
  },
  {
    kind: 'obstacles',
    applies: ({ scenario }) =>
      Object.values(scenario.devices).some(({ heapPressure }) => heapPressure !== undefined),
    says: 'its heap is under a pressure that the emulator makes',
  },
  {
    kind: 'remarks',
    applies: connectsByAddress,
    says: 'the program names an address where it connects: the shim stands before its sockets and takes it to this computer instead; TLS has the socket of the board itself',
  },
  {
    kind: 'remarks',
    applies: ({ scenario }) => anonymousSuites(scenario),
    says: 'anonymous suites are in no firmware: all that a board can show is how it refuses them',
  },
  {
    kind: 'remarks',
    applies: hasPoorLink,
    says: 'faults of the link lie between this computer and the peers: the board sees them as delay, for the computer acknowledges what it sends',
  },
  {
    kind: 'remarks',
    applies: ({ scenario }) =>
      scenario.steps.length > 0 || scenario.network.faults.some(({ link }) => link !== undefined),
    says: 'what happens at a set time happens so long after the start of the program, wherever a board is in it by then',
  },
  {
    kind: 'remarks',
    applies: ({ scenario }) =>
      Object.values(scenario.hosts).some(({ services }) =>
        services.some(
          (each) => each.type === 'dns' && (each.silent || Object.keys(each.failures).length > 0),
        ),
      ),
    says: 'what the name server does wrong reaches the board by the shim: lwIP is not tested',
  },
  {
    kind: 'remarks',
    applies: ({ scenario }) => scenario.network.dhcp.answers === false,
    says: 'the DHCP server of the network at hand answers',
  },
];

export function promotionOf(loaded: LoadedScenario): Promotion {
  const programs = programsOf(loaded);
  const found = RULES.filter(({ applies }) => applies(loaded, programs));
  const of = (kind: Rule['kind']) => found.filter((rule) => rule.kind === kind).map(({ says }) => says);
  return {
    obstacles: of('obstacles'),
    remarks: of('remarks'),
    hasRandomTimes: hasPoorLink(loaded),
    connectsByAddress: connectsByAddress(loaded, programs),
  };
}

/** A tuple as it is written where it is used: connect((HOST, 443)), sendto(data, (HOST, 123)). */
const WRITTEN_TUPLE = /\.(?:connect\s*\(|sendto\s*\(.*,)\s*\(/;

/** A tuple of a name and a port that is no call's arguments: ('api.example.com', 443). */
const NAME_AND_PORT = /(?<![\w\s])\s*\(\s*(['"])[\w.-]+\1\s*,\s*\d+\s*\)/;

/** Sockets are wrapped for those alone that need it: for all others the board's own are better evidence. */
function connectsByAddress({ scenario }: LoadedScenario, programs: string): boolean {
  return (
    Object.values(scenario.hosts).some(({ address }) => programs.includes(address)) ||
    WRITTEN_TUPLE.test(programs) ||
    NAME_AND_PORT.test(programs)
  );
}

/** The same of one that can run there. Throws MirrorError that says why it cannot. */
export function promotable(loaded: LoadedScenario): Promotion {
  const promotion = promotionOf(loaded);
  const { obstacles } = promotion;
  if (obstacles.length === 0) return promotion;
  throw new MirrorError(`${loaded.name} cannot be promoted to a board: ${obstacles.join('; ')}`);
}

function hasPoorLink({ scenario: { network } }: LoadedScenario): boolean {
  return (
    [network.wifi, network.internet].some(
      ({ loss, reorder, duplicate, jitter }) => loss || reorder || duplicate || jitter,
    ) || network.faults.some(({ link }) => link !== undefined)
  );
}

/** The text of all programs that come to lie on the devices. */
function programsOf({ scenario, files }: LoadedScenario): string {
  const names = Object.values(scenario.devices).flatMap((device) => [
    device.main,
    ...Object.values(device.files).flatMap(({ file }) => (file?.endsWith('.py') ? [file] : [])),
  ]);
  const decoder = new TextDecoder();
  return [...new Set(names)].map((name) => decoder.decode(files.get(name))).join('\n');
}

function anonymousSuites({ hosts }: LoadedScenario['scenario']): boolean {
  return Object.values(hosts).some(({ services }) =>
    services.some(
      (service) => 'tls' in service && (service.tls.suites ?? []).some((suite) => suite.includes('_anon_')),
    ),
  );
}

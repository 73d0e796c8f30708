/** Carries out `network.faults`: each changes something at its time, says so in the trace, and undoes it again. */
import type { AccessPoint } from '../../emulator/net/access-point.ts';
import type { MacAddress } from '../../emulator/net/addresses.ts';
import type { Link, LinkQuality } from '../../emulator/net/link.ts';
import type { World } from '../../emulator/world/world.ts';
import { formatDuration } from '../report/format.ts';
import { WORLD } from './addressing.ts';
import type { NetworkFault } from './schema/faults.ts';

/** Where faults find what they change, by the names of the scenario. */
export interface FaultTargets {
  /** `mac`: only what this one sends and receives. */
  link(name: string): { readonly link: Link; readonly mac?: MacAddress };
  accessPoint(name: string): AccessPoint;
}

interface Change {
  readonly where: string;
  /** In words, for people. */
  readonly changes: readonly string[];
  /** Returns how to undo it; what happens in a moment has nothing to undo. */
  begin(): (() => void) | undefined;
}

export function scheduleFaults(world: World, faults: readonly NetworkFault[], targets: FaultTargets): void {
  for (const fault of faults) {
    const change = fault.link === undefined ? radioChange(fault, targets) : linkChange(fault, targets);
    world.after(fault.at, () => carryOut(world, change, fault.for));
  }
}

function carryOut(world: World, { where, changes, begin }: Change, lasts: number | undefined): void {
  world.trace.append(WORLD, { type: 'network.fault', where, changes, phase: 'begins' });
  const undo = begin();
  if (lasts === undefined || undo === undefined) return;
  world.after(lasts, () => {
    undo();
    world.trace.append(WORLD, { type: 'network.fault', where, changes, phase: 'ends' });
  });
}

function linkChange(fault: NetworkFault, targets: FaultTargets): Change {
  const quality = Object.fromEntries(
    Object.entries(fault).filter(([key, value]) => key in WORDS && value !== undefined),
  ) as Partial<LinkQuality>;
  const where = fault.link!;
  const { link, mac } = targets.link(where);
  return { where, changes: qualityInWords(quality), begin: () => link.impair(quality, mac) };
}

const WORDS: { readonly [K in keyof LinkQuality]: (value: LinkQuality[K]) => string } = {
  latency: (value) => `latency ${formatDuration(value)}`,
  jitter: (value) => `jitter ${formatDuration(value)}`,
  loss: (value) => `loss ${percent(value)}`,
  duplicate: (value) => `${percent(value)} arrive twice`,
  reorder: (value) => `${percent(value)} are overtaken`,
  bandwidth: (value) => `${value / 1e6} Mbit/s`,
  down: (value) => (value ? 'nothing gets through' : 'up'),
  mtu: (value) => `MTU ${value} bytes`,
  blackHole: (value) => (value ? 'no ICMP' : 'ICMP'),
};

/** What changes, a phrase each. */
export function qualityInWords(quality: Partial<LinkQuality>): string[] {
  return Object.entries(quality).map(([key, value]) =>
    (WORDS[key as keyof LinkQuality] as (value: unknown) => string)(value),
  );
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))} %`;
}

function radioChange(
  { accessPoint, off, rssi, deauthenticate }: NetworkFault,
  targets: FaultTargets,
): Change {
  const where = accessPoint!;
  const radio = targets.accessPoint(where);
  const changes = [
    ...(off ? ['radio off'] : []),
    ...(rssi === undefined ? [] : [`signal ${rssi} dBm`]),
    ...(deauthenticate === undefined ? [] : [`stations sent away, reason ${deauthenticate}`]),
  ];
  const begin = () => {
    const before = radio.rssi;
    if (rssi !== undefined) radio.setSignal(rssi);
    if (deauthenticate !== undefined) radio.deauthenticate(deauthenticate);
    if (off) radio.setOn(false);
    if (!off && rssi === undefined) return undefined;
    return () => {
      if (off) radio.setOn(true);
      if (rssi !== undefined) radio.setSignal(before);
    };
  };
  return { where, changes, begin };
}

import type { LinkQuality } from '../../../emulator/net/link.ts';
import { WORLD } from '../addressing.ts';
import { qualityInWords } from '../network-faults.ts';
import { InstantStep, type Stage } from './step.ts';

/** Makes a link, or one host's or device's share of it, better or worse from now on. */
export class SetLink extends InstantStep {
  private readonly name: string;
  private readonly quality: Partial<LinkQuality>;

  constructor(name: string, quality: Partial<LinkQuality>) {
    super();
    this.name = name;
    this.quality = quality;
  }

  protected apply({ world, network, linkChanges }: Stage): void {
    const before = linkChanges.get(this.name);
    before?.undo();
    const quality = { ...before?.quality, ...this.quality };
    const { link, mac } = network.link(this.name);
    linkChanges.set(this.name, { quality, undo: link.impair(quality, mac) });
    const changes = qualityInWords(this.quality);
    world.trace.append(WORLD, { type: 'network.fault', where: this.name, changes, phase: 'begins' });
  }
}

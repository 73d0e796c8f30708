import type { LinkQuality } from '../../../emulator/net/link.ts';
import { InstantStep, type Stage } from './step.ts';

/** Makes a link better or worse from now on. */
export class SetLink extends InstantStep {
  private readonly link: string;
  private readonly quality: Partial<LinkQuality>;

  constructor(link: string, quality: Partial<LinkQuality>) {
    super();
    this.link = link;
    this.quality = quality;
  }

  protected apply({ links }: Stage): void {
    links.get(this.link)!.impair(this.quality);
  }
}

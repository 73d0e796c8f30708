/** Real hosts in a live world: they appear on the simulated internet when a device asks for their names. */

import { isLoopback } from '../../../../emulator/net/addresses.ts';
import { Departures } from '../../../../src/gateway/departures.ts';
import type { GatewayStatus } from '../../../../src/gateway/tunnel-protocol.ts';
import { ROUTER_ADDRESS } from '../../../../src/scenario/addressing.ts';
import type { Bench } from '../../../../src/scenario/simulate.ts';
import type { ServerAccess } from '../protocol.ts';
import { RealHost } from './real-host.ts';
import { TunnelSocket } from './tunnel-socket.ts';

/** For what is a loopback address outside: benchmarks' addresses (RFC 2544), which are nobody's. */
const STAND_IN = '198.18.0.';

/** The computer on which the page's server runs, as devices name it: `localhost` is themselves. */
const COMPUTER = 'computer.internal';

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/** The server's words. */
export class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';

  constructor(words: string) {
    super(`The gateway refuses. ${words}`);
  }
}

export class PageGateway {
  private readonly access: ServerAccess;
  private readonly enter: (action: () => void) => void;
  private readonly departures: Departures;
  /** Where real addresses are in the world. */
  private readonly places = new Map<string, string>();
  private bench: Bench | undefined;

  /** `enter`: how something from outside comes into the world. */
  constructor(access: ServerAccess, enter: (action: () => void) => void) {
    this.access = access;
    this.enter = enter;
    this.departures = new Departures(enter);
  }

  /** The world is built: hosts that are allowed by their address are there from the beginning. */
  async join(bench: Bench): Promise<void> {
    this.bench = bench;
    const { allowed } = (await this.ask('status')) as GatewayStatus;
    for (const entry of allowed) {
      const host = entry.slice(0, entry.lastIndexOf(':'));
      if (ADDRESS.test(host)) this.place(isLoopback(host) ? COMPUTER : host, host);
    }
  }

  /** For the world's DNS servers. */
  resolve(name: string, done: (addresses: readonly string[] | undefined) => void): void {
    if (name === COMPUTER) {
      const places = [...this.places].filter(([address]) => isLoopback(address));
      done(places.length === 0 ? undefined : places.map(([, place]) => place));
      return;
    }
    this.ask(`resolve?name=${encodeURIComponent(name)}`).then(
      (answer) => {
        const { addresses } = answer as { addresses: readonly string[] };
        this.enter(() => done(addresses.map((address) => this.place(name, address))));
      },
      (error: Error) =>
        this.enter(() => {
          this.bench?.world.trace.append('gateway', { type: 'note', level: 'warning', text: error.message });
          done(undefined);
        }),
    );
  }

  /** The address at which devices find it. */
  private place(name: string, address: string): string {
    const known = this.places.get(address);
    if (known !== undefined || this.bench === undefined) return known ?? address;
    // A device's 127.0.0.1 is itself; the computer's is somewhere else to it.
    const own = isLoopback(address) ? `${STAND_IN}${this.places.size + 1}` : address;
    const host = new RealHost(
      {
        world: this.bench.world,
        name,
        connect: ({ port }) => new TunnelSocket(this.access, { address, port }),
        enter: this.enter,
        departures: this.departures,
      },
      own,
    );
    const config = { address: own, netmask: '255.255.255.0', gateway: ROUTER_ADDRESS };
    host.attach(this.bench.topology.joinInternet(name), config);
    this.places.set(address, own);
    return own;
  }

  /** Rejected with the server's words. */
  private async ask(path: string): Promise<unknown> {
    const { url, token } = this.access;
    const response = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new GatewayRefusal((await response.text()).trim());
    return response.json();
  }
}

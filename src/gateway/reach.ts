/** What of the real network a device behind the gateway may reach: `--allow HOST:PORT`. */
import { isLoopback } from '../../emulator/net/addresses.ts';

const ANY = '*';

interface Allowed {
  readonly host: string;
  readonly port: string;
}

export class Reach {
  private readonly allowed: Allowed[];
  private readonly loopback: boolean;

  /**
   * Each HOST:PORT, the host an address or a name, either of them may be `*`; and loopback, unless that has to be named
   * as well. Throws RangeError.
   */
  constructor(allowed: readonly string[] = [], loopback = true) {
    this.loopback = loopback;
    this.allowed = allowed.map((text) => {
      const [, host, port] = /^([^:]+):(\*|\d{1,5})$/.exec(text) ?? [];
      if (host === undefined || port === undefined || Number(port) > 65_535)
        throw new RangeError(`"${text}" is not HOST:PORT`);
      return { host: host.toLowerCase(), port };
    });
  }

  /** Whether a connection to this address and port may be made. */
  permits(address: string, port: number): boolean {
    if (isLoopback(address) && this.loopback) return true;
    return this.allowed.some((each) => matches(each, address, port));
  }

  /** Whether the real network may be asked for this name. */
  permitsName(name: string): boolean {
    return this.allowed.some(({ host }) => host === ANY || host === name.toLowerCase());
  }

  /** The computer's address on which a port of the device opens: loopback, unless another is allowed. */
  listeningAddress(address: string | undefined, port: number): string {
    if (address !== undefined && isLoopback(address)) return address;
    const everywhere = '0.0.0.0';
    const named = this.allowed.some(
      ({ host, port: p }) => host === everywhere && (p === ANY || Number(p) === port),
    );
    return named ? everywhere : '127.0.0.1';
  }

  /** Addresses that an allowed name had, so that a connection to one of them may be made. */
  withAddresses(name: string, addresses: readonly string[]): void {
    const ports = this.allowed.filter(({ host }) => host === name.toLowerCase()).map(({ port }) => port);
    for (const host of addresses) for (const port of ports) this.allowed.push({ host, port });
  }
}

function matches({ host, port }: Allowed, address: string, wanted: number): boolean {
  return (host === ANY || host === address) && (port === ANY || Number(port) === wanted);
}

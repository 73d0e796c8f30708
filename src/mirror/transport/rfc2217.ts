/** A serial port behind a Telnet server (RFC 2217): ser2net, esp_rfc2217_server, tls-sandbox serial. */
import { type ComPortMessage, encodeComPort } from '../../serial/com-port.ts';
import { encodeData, encodeSubnegotiation, OPTION, TelnetDecoder } from '../../serial/telnet.ts';
import { TelnetOptions } from '../../serial/telnet-options.ts';
import { MirrorError, whenBusy } from '../problem.ts';
import { connectTo, SocketTransport } from './socket.ts';
import type { Transport } from './transport.ts';

/** Milliseconds that a server has to agree to be one. */
const PATIENCE = 3_000;
const STEP = 20;

export async function openRfc2217(
  name: string,
  { host, port }: { readonly host: string; readonly port: number },
  baud = 115_200,
): Promise<Transport> {
  const transport = new Rfc2217Transport(name, await connectTo(name, host, port));
  await transport.negotiate(baud);
  return transport;
}

const BOTH_SIDES = [OPTION.binary, OPTION.suppressGoAhead];

class Rfc2217Transport extends SocketTransport {
  private agreed = false;
  private heard = '';
  private readonly decoder = new TelnetDecoder();
  private readonly options = new TelnetOptions(
    { ours: [...BOTH_SIDES, OPTION.comPort], theirs: BOTH_SIDES },
    (bytes) => this.socket.write(bytes),
  );

  /** DTR and RTS stay as the server has them: one set before the other would reset the board. Throws MirrorError. */
  async negotiate(baud: number): Promise<void> {
    this.options.request();
    for (let waited = 0; !this.options.usesOurs(OPTION.comPort); waited += STEP) {
      if (waited >= PATIENCE || this.socket.destroyed) {
        this.socket.destroy();
        const says = this.heard.trim();
        throw new MirrorError(
          says === ''
            ? `${this.name}: what answers there does not speak RFC 2217; socket:// takes bare bytes`
            : (whenBusy(this.name, says) ?? `${this.name}: it says ${JSON.stringify(says)}`),
        );
      }
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
    this.agreed = true;
    this.say({ command: 'baudRate', value: baud });
  }

  override write(bytes: Uint8Array): Promise<void> {
    return super.write(encodeData(bytes, this.options.usesOurs(OPTION.binary)));
  }

  protected override receive(bytes: Uint8Array): void {
    for (const event of this.decoder.decode(bytes)) {
      if (event.kind === 'data') this.hear(event.bytes);
      else if (event.kind === 'option') {
        this.options.receive(event.verb, event.option);
        this.decoder.binary = this.options.usesTheirs(OPTION.binary);
      }
    }
  }

  /** A server that speaks no Telnet may still say why: "the line is busy". */
  private hear(bytes: Uint8Array): void {
    if (!this.agreed) this.heard += new TextDecoder().decode(bytes);
    this.received(bytes);
  }

  private say(message: ComPortMessage): void {
    this.socket.write(encodeSubnegotiation(OPTION.comPort, encodeComPort('client', message)));
  }
}

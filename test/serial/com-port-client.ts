/** A client with DTR and RTS. */
import { connect } from 'node:net';
import { CONTROL, encodeComPort } from '../../src/serial/com-port.ts';
import { encodeData, encodeSubnegotiation, OPTION, TelnetDecoder } from '../../src/serial/telnet.ts';
import { LineClient } from './client.ts';

export class ComPortClient extends LineClient {
  private readonly decoder = new TelnetDecoder();

  static async connect(port: number): Promise<ComPortClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const client = new ComPortClient(socket);
    for (const option of [OPTION.binary, OPTION.comPort]) {
      socket.write(Uint8Array.of(255, 251, option, 255, 253, option));
    }
    return client;
  }

  protected override hear(bytes: Uint8Array): void {
    this.decoder.binary = true;
    for (const event of this.decoder.decode(bytes)) if (event.kind === 'data') super.hear(event.bytes);
  }

  override type(text: string): void {
    super.type(encodeData(Buffer.from(text)));
  }

  set(control: keyof typeof CONTROL): void {
    const message = encodeComPort('client', { command: 'control', value: CONTROL[control] });
    super.type(encodeSubnegotiation(OPTION.comPort, message));
  }

  /** As esptool resets a board to start its program. */
  async reset(): Promise<void> {
    this.set('dtrOff');
    this.set('rtsOn');
    await this.during(60);
    this.set('rtsOff');
  }
}

/** MicroPython's WebREPL (extmod/modwebrepl.c): the console in the text messages of a WebSocket, after a password. */
import { WebSocket } from 'ws';
import { MirrorError, MirrorUsageError } from '../problem.ts';
import { called, EmitterTransport } from './emitter.ts';
import { notConnected } from './socket.ts';
import type { Transport } from './transport.ts';

/** Milliseconds that the board has for each step of the greeting. */
const PATIENCE = 5_000;

/** The environment's variable for the password: a command line can be seen by others. */
const PASSWORD_VARIABLE = 'TLS_SANDBOX_WEBREPL_PASSWORD';

const OTHER = 'it does not answer as WebREPL does';

export async function openWebrepl(
  name: string,
  password = process.env[PASSWORD_VARIABLE],
): Promise<Transport> {
  if (password === undefined)
    throw new MirrorUsageError(`${name}: set ${PASSWORD_VARIABLE} to WebREPL's password`);
  if (!URL.canParse(name)) throw new MirrorUsageError(`${name}: expected ws://HOST:PORT`);
  const socket = new WebSocket(name, {
    handshakeTimeout: PATIENCE,
    perMessageDeflate: false,
    // MicroPython sends bytes as they come, a character in two messages if need be.
    skipUTF8Validation: true,
  });
  const transport = new WebreplTransport(name, socket);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(OTHER), PATIENCE);
    const giveUp = (error: MirrorError) => {
      clearTimeout(timer);
      socket.terminate();
      reject(error);
    };
    const fail = (reason: string) => giveUp(new MirrorError(`${name}: ${reason}`));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const { syscall = '' } = error;
      if (/^(connect|getaddrinfo)$/.test(syscall)) giveUp(notConnected(name, error));
      else fail(`${OTHER} (${error.message})`);
    });
    transport.onClose = () => fail('it closed the connection: does another client use WebREPL?');
    transport.onData = (bytes) => {
      const text = new TextDecoder().decode(bytes);
      said += text;
      if (text.includes('Password:')) socket.send(`${password}\r`);
      else if (said.includes('Access denied')) fail('WebREPL does not accept the password');
      else if (said.includes('WebREPL connected')) {
        clearTimeout(timer);
        resolve();
      }
    };
  });
  transport.onClose = undefined;
  transport.onData = undefined;
  return transport;
}

class WebreplTransport extends EmitterTransport {
  /** A soft reset ends WebREPL until the board has started it again. */
  readonly survivesReset = false;
  private readonly socket: WebSocket;

  constructor(name: string, socket: WebSocket) {
    super(name);
    this.socket = socket;
    this.follow(socket, 'WebREPL closed the connection', 'message');
  }

  write(bytes: Uint8Array): Promise<void> {
    // As text: that is the console's; binary messages would be WebREPL's file transfer.
    return called((done) => this.socket.send(bytes, { binary: false }, done));
  }

  async close(): Promise<void> {
    this.forgetEnd();
    this.socket.close();
  }
}

/** Messages without a body: RFC 5246 sections 7.4.1.1 and 7.4.5. */
import type { HandshakeName, MessageCodec } from './handshake.ts';

function emptyMessage(name: HandshakeName, meaning: string): MessageCodec<undefined> {
  return { name, write: () => {}, read: () => undefined, summary: () => [meaning] };
}

export const helloRequest = emptyMessage('HelloRequest', 'asks for a new handshake');
export const serverHelloDone = emptyMessage('ServerHelloDone', 'the server has said all');

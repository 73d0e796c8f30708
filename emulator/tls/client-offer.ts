import type { ClientHello } from './messages/client-hello.ts';
import type { Transcript } from './transcript.ts';

/** What a client offered; the machine of the version that is agreed goes on from here. */
export interface ClientOffer {
  readonly hello: ClientHello;
  /** Holds the ClientHello. */
  readonly transcript: Transcript;
}

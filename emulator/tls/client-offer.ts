import type { KeyShare } from '../crypto/provider.ts';
import type { TlsClientConfig } from './config.ts';
import type { HandshakeIo } from './handshake-machine.ts';
import { buildClientHello } from './hello-builder.ts';
import type { ClientHello } from './messages/client-hello.ts';
import type { ClientSession } from './session.ts';
import { spokenVersions } from './spoken-versions.ts';
import { sessionToOffer } from './tls12/resumption.ts';
import { addTls13 } from './tls13/client-hello.ts';
import { Transcript } from './transcript.ts';
import { TLS13 } from './versions.ts';

/** What a client offered; the machine of the version that is agreed goes on from here. */
export interface ClientOffer {
  readonly hello: ClientHello;
  /** Holds the ClientHello, once it is sent. */
  readonly transcript: Transcript;
  /** The session that the hello offers to take up; a session is of one version. */
  readonly session: ClientSession | undefined;
  /** TLS 1.3: the keys whose public halves are in the hello. */
  readonly shares: readonly KeyShare[];
}

/** One hello for all versions that the client speaks. */
export function makeOffer(config: TlsClientConfig, io: HandshakeIo): ClientOffer {
  const session = sessionToOffer(config, io);
  const hello = buildClientHello(config, io.profile, io.host, session);
  const transcript = new Transcript();
  if (!spokenVersions(config, io.profile).includes(TLS13)) return { hello, transcript, session, shares: [] };
  const offer = addTls13(hello, config, io);
  return { ...offer, transcript, session: session ?? offer.session };
}

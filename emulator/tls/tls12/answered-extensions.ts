/** The extensions of a server's hello. Only what the client asked for may be answered (RFC 5246 section 7.4.1.4). */
import { EMPTY } from '../codec/bytes.ts';
import type { ClientHello } from '../messages/client-hello.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import type { Profile } from '../profiles.ts';
import type { AgreedParameters } from './server-choice.ts';

/** In mbedTLS's order; what it does not know comes last. */
export function answeredExtensions(
  hello: ClientHello,
  agreed: AgreedParameters,
  profile: Profile,
): readonly Extension[] {
  const { maxFragmentLength } = agreed;
  const namesFormats = findExtension(hello.extensions, 'ec_point_formats') !== undefined;
  const answers: (Extension | false)[] = [
    agreed.serverNameUsed && profile.acknowledgesServerName && { name: 'server_name', hostName: undefined },
    agreed.secureRenegotiation && { name: 'renegotiation_info', renegotiatedConnection: EMPTY },
    maxFragmentLength !== undefined && { name: 'max_fragment_length', code: maxFragmentLength.code },
    agreed.encryptThenMac && { name: 'encrypt_then_mac' },
    agreed.extendedMasterSecret && { name: 'extended_master_secret' },
    agreed.issuesTicket && { name: 'session_ticket', ticket: EMPTY },
    agreed.usesEc && namesFormats && { name: 'ec_point_formats', formats: [0] },
    agreed.stapledOcsp !== undefined && { name: 'status_request', asksForOcsp: false, response: undefined },
    ...agreed.applicationProtocol,
  ];
  return answers.filter((answer) => answer !== false);
}

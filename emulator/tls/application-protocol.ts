import type { TlsServerConfig } from './config.ts';
import { TlsError } from './engine.ts';
import type { ClientHello } from './messages/client-hello.ts';
import { type Extension, findExtension } from './messages/extensions.ts';

/**
 * What a server answers to the protocols that a client would speak: its first that is among them, in an extension; none
 * when it does not mind or was not asked. Throws TlsError when it speaks none of them (RFC 7301 section 3.2).
 */
export function answerProtocols(
  hello: ClientHello,
  { applicationProtocols }: TlsServerConfig,
): readonly Extension[] {
  const offered = findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  if (offered === undefined || applicationProtocols === undefined) return [];
  const protocol = applicationProtocols.find((name) => offered.includes(name));
  if (protocol !== undefined) {
    return [{ name: 'application_layer_protocol_negotiation', protocols: [protocol] }];
  }
  const problem = `the client speaks ${offered.join(', ')}, this server ${applicationProtocols.join(', ')}`;
  throw new TlsError('no-shared-parameters', problem, { alert: 'no_application_protocol' });
}

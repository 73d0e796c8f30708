import { latin1, latin1Text } from '../../codec/bytes.ts';
import type { Reader } from '../../codec/reader.ts';
import type { Writer } from '../../codec/writer.ts';
import { TlsError } from '../../engine.ts';
import type { ExtensionCodec } from './extension.ts';

/** RFC 6066 section 3: a list of names, one of each type, of which only host_name exists. Empty in the answer. */
export const serverName: ExtensionCodec<'server_name'> = {
  id: 0,
  write(w: Writer, { hostName }): void {
    if (hostName === undefined) return;
    const endList = w.lengthU16('server_name_list');
    w.u8('name_type', 0, 'host_name');
    const endName = w.lengthU16('host_name');
    w.bytes('name', latin1(hostName), hostName);
    endName();
    endList();
  },
  read: (r, place) => ({ hostName: place === 'ClientHello' ? readHostName(r) : undefined }),
  describe: ({ hostName }) => hostName,
};

const HOST_NAME = 0;

/** Undefined when there are only names of types to come. */
function readHostName(r: Reader): string | undefined {
  let hostName: string | undefined;
  const endList = r.lengthU16('server_name_list');
  do {
    const type = r.u8('name_type', (value) => (value === HOST_NAME ? 'host_name' : `unknown ${value}`));
    const endName = r.lengthU16('host_name');
    const name = latin1Text(r.rest('name', latin1Text));
    endName();
    if (type !== HOST_NAME) continue;
    if (name === '') throw r.error('host_name', 'is empty');
    if (hostName !== undefined) throw new TlsError('illegal-parameter', 'server_name: two host names');
    if (!/^[!-~]+$/.test(name)) throw new TlsError('illegal-parameter', 'server_name: no DNS name in ASCII');
    hostName = name;
  } while (r.remaining > 0);
  endList();
  return hostName;
}

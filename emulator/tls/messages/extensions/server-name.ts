import { latin1, latin1Text } from '../../codec/bytes.ts';
import type { Reader } from '../../codec/reader.ts';
import type { Writer } from '../../codec/writer.ts';
import type { ExtensionCodec } from './extension.ts';

/** RFC 6066 section 3: a list of one host name; other name types do not exist. Empty in the answer. */
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

function readHostName(r: Reader): string {
  let hostName: string | undefined;
  const endList = r.lengthU16('server_name_list');
  do {
    const type = r.u8('name_type', (value) => (value === 0 ? 'host_name' : `unknown ${value}`));
    const endName = r.lengthU16('host_name');
    const name = latin1Text(r.rest('name', latin1Text));
    endName();
    if (type !== 0 || hostName !== undefined) throw r.error('name_type', 'more than one host name');
    if (name === '') throw r.error('host_name', 'is empty');
    hostName = name;
  } while (r.remaining > 0);
  endList();
  return hostName;
}

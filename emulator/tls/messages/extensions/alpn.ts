import { latin1, latin1Text } from '../../codec/bytes.ts';
import type { ExtensionCodec } from './extension.ts';

/** RFC 7301 section 3.1: what will be spoken inside; a list from the client, one of it from the server. */
export const applicationProtocols: ExtensionCodec<'application_layer_protocol_negotiation'> = {
  id: 16,
  write(w, { protocols }) {
    const endList = w.lengthU16('protocol_name_list');
    for (const protocol of protocols) {
      const endName = w.lengthU8('protocol_name');
      w.bytes('name', latin1(protocol), protocol);
      endName();
    }
    endList();
  },
  read(r, place) {
    const protocols: string[] = [];
    const endList = r.lengthU16('protocol_name_list');
    do {
      const endName = r.lengthU8('protocol_name');
      if (r.remaining === 0) throw r.error('protocol_name', 'is empty');
      protocols.push(latin1Text(r.rest('name', latin1Text)));
      endName();
    } while (r.remaining > 0);
    endList();
    if (place !== 'ClientHello' && protocols.length > 1)
      throw r.error('protocol_name_list', 'holds more than one');
    return { protocols };
  },
  describe: ({ protocols }) => protocols.join(', '),
};

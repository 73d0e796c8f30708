/** Extensions of revocation lists and of OCSP messages: read without judging what they say. */
import { type DerReader, Tag } from './der.ts';
import type { Extension } from './extensions.ts';
import { explainExtension } from './more-extensions.ts';
import { oidName } from './oids.ts';

type Explained = Extension & { readonly text: string };

/** Extensions ::= SEQUENCE OF Extension (RFC 5280 section 4.1). */
export function readPlainExtensions(reader: DerReader): Extension[] {
  return reader.constructed(Tag.SEQUENCE, (list) => {
    const extensions: Extension[] = [];
    while (!list.atEnd) {
      const { text: _, ...extension } = list.field('Extension', () => readExtension(list), describe);
      extensions.push(extension);
    }
    return extensions;
  });
}

function readExtension(list: DerReader): Explained {
  return list.constructed(Tag.SEQUENCE, (reader) => {
    const oid = reader.field('extnID', () => reader.oid(), oidName);
    const critical = reader.isTag(Tag.BOOLEAN) && reader.field('critical', () => reader.boolean(), String);
    const content = reader.sub(reader.tag(Tag.OCTET_STRING));
    reader.offset = content.end;
    const value = reader.bytes.subarray(content.offset, content.end);
    return { oid, name: oidName(oid), critical, value, text: explainExtension(oid, content) };
  });
}

function describe({ name, critical, text }: Explained): string {
  return `${name}${critical ? ', critical' : ''}: ${text}`;
}

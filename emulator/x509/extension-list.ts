/** Extensions of revocation lists and of OCSP messages: read without judging what they say. */
import { type DerReader, Tag } from './der.ts';
import type { Extension } from './extensions.ts';
import { oidName } from './oids.ts';

/** Extensions ::= SEQUENCE OF Extension (RFC 5280 section 4.1). */
export function readPlainExtensions(reader: DerReader): Extension[] {
  return reader.constructed(Tag.SEQUENCE, (list) => {
    const extensions: Extension[] = [];
    while (!list.atEnd) extensions.push(list.field('Extension', () => readExtension(list), describe));
    return extensions;
  });
}

function readExtension(list: DerReader): Extension {
  return list.constructed(Tag.SEQUENCE, (reader) => {
    const oid = reader.field('extnID', () => reader.oid(), oidName);
    const critical = reader.isTag(Tag.BOOLEAN) && reader.field('critical', () => reader.boolean(), String);
    const value = reader.field('extnValue', () => reader.value(Tag.OCTET_STRING));
    return { oid, name: oidName(oid), critical, value };
  });
}

function describe({ name, critical, value }: Extension): string {
  return `${name}${critical ? ', critical' : ''}: ${value.length} bytes`;
}

/**
 * What one direction of a TLS connection tells somebody without keys: the handshake as far as it is in clear
 * (in TLS 1.2 both certificates, in TLS 1.3 the two hellos), and of everything else its kind and length.
 */

import { readAlert } from '../../tls/alerts.ts';
import { certificate } from '../../tls/messages/certificate.ts';
import { clientHello } from '../../tls/messages/client-hello.ts';
import { findExtension } from '../../tls/messages/extensions.ts';
import { decodeMessage, handshakeName, type MessageCodec } from '../../tls/messages/handshake.ts';
import { helloRetryRequest, isHelloRetryRequest, serverHello } from '../../tls/messages/server-hello.ts';
import { MessageAssembler } from '../../tls/record/message-assembler.ts';
import type { RawRecord } from '../../tls/record/splitter.ts';
import { readCertificate } from '../../x509/known-certificates.ts';
import type { Findings } from './findings.ts';

export class TlsOnlooker {
  private readonly findings: Findings;
  private readonly messages = new MessageAssembler(0xff_ffff);
  private sealed = false;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  take({ type, fragment }: RawRecord): void {
    const { findings } = this;
    if (this.sealed || type === 'application_data') findings.saw(SEALED[type], fragment.length);
    else if (type === 'change_cipher_spec') this.sealed = true;
    else if (type === 'alert') this.readAlert(fragment);
    else this.readMessages(fragment);
  }

  private readAlert(fragment: Uint8Array): void {
    if (fragment.length !== 2) return;
    const { level, description } = readAlert(fragment);
    this.findings.learned('alert', `${level} ${description}`);
  }

  private readMessages(fragment: Uint8Array): void {
    this.messages.push(fragment);
    for (let next = this.messages.take(); next !== undefined; next = this.messages.take()) {
      const name = handshakeName(next[0]!) ?? `handshake message ${next[0]}`;
      this.findings.read(name, next);
      this.understand(name, next);
    }
  }

  private understand(name: string, message: Uint8Array): void {
    switch (name) {
      case 'ClientHello': {
        const hello = decodeMessage(clientHello, message);
        const serverName = hello.message && findExtension(hello.message.extensions, 'server_name')?.hostName;
        if (serverName !== undefined) this.findings.learned('name', serverName);
        return;
      }
      case 'ServerHello':
        this.learnParameters(isHelloRetryRequest(message) ? helloRetryRequest : serverHello, message);
        return;
      case 'Certificate':
        for (const der of decodeMessage(certificate, message).message?.chain ?? []) {
          this.findings.learned('certificate', describeCertificate(der));
        }
        return;
    }
  }

  private learnParameters<T>(codec: MessageCodec<T>, message: Uint8Array): void {
    const { message: hello, summary } = decodeMessage(codec, message);
    if (hello !== undefined) this.findings.learned('parameters', summary.slice(0, 2).join(', '));
  }
}

/** After ChangeCipherSpec the type of a record is what it was before, in TLS 1.3 always application data. */
const SEALED: Readonly<Record<RawRecord['type'], string>> = {
  handshake: 'handshake message',
  alert: 'alert',
  application_data: 'data',
  change_cipher_spec: 'ChangeCipherSpec',
};

function describeCertificate(der: Uint8Array): string {
  try {
    const { subject, issuer } = readCertificate(der);
    return `${subject.text || 'no subject'}, issued by ${issuer.text}`;
  } catch {
    return `a certificate of ${der.length} bytes that cannot be read`;
  }
}

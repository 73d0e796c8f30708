/** `tls.SSLContext` and `SSLSocket`, by handle: the firmware's Python classes keep a number. */
import { SUITES } from '../../../tls/suites.ts';
import { MILLISECOND } from '../../../world/time.ts';
import { SSL_CONTEXT } from '../../mbedtls-memory.ts';
import type { Session } from '../session.ts';
import { TlsContext } from '../tls/context.ts';
import { DatagramEngine } from '../tls/datagram-engine.ts';
import type { PythonException } from '../tls/exception.ts';
import { TlsSocket } from '../tls/socket.ts';
import type { BridgeFunctions } from './functions.ts';
import type { PythonMemory } from './memory.ts';

/** What `tls_state` returns. */
const STATES = { handshaking: 0, established: 1, closed: 2, failed: 3 } as const;

/** What calls return that can fail: the exception then waits in `tls_exception`. */
const FAILED = -1;

/** What `tls_open` returns when a heap is full. */
const SHORT_OF = { 'IDF heap': FAILED, 'Python heap': -2 } as const;

export function tlsFunctions(current: () => Session, memory: PythonMemory): BridgeFunctions {
  const contexts: TlsContext[] = [];
  /** By handle, until they are closed: a program may open thousands in its days. */
  const sockets = new Map<number, TlsSocket>();
  let lastHandle = 0;
  let otherStreams = 0;
  /** What verify_callback is being asked about. */
  let certificateForCallback: Uint8Array = new Uint8Array(0);
  /** What server_psk_keys is being asked about, and its answer. */
  let identityForLookup: Uint8Array = new Uint8Array(0);
  let keyFound: Uint8Array | undefined;
  /** What ecdsa_sign_callback is being asked for, and its answer. */
  let toSign: { readonly key: Uint8Array; readonly digest: Uint8Array } = {
    key: new Uint8Array(0),
    digest: new Uint8Array(0),
  };
  let signature: Uint8Array | undefined;
  const step = (handle: number, action: Parameters<TlsSocket['step']>[0]) =>
    sockets.get(handle)!.step(action);

  return {
    /** Returns the handle, or FAILED when MicroPython's heap is full. */
    ctx_new(protocol: number) {
      const context = new TlsContext(protocol, current());
      const object = current().heap.takePython(SSL_CONTEXT, () => context.openSockets === 0);
      return object === undefined ? FAILED : contexts.push(context) - 1;
    },
    ctx_verify_mode(handle: number, mode: number) {
      contexts[handle]!.verifyMode = mode;
      return 0;
    },
    /** Returns "ok", or the text of the ValueError. */
    ctx_load_cert_chain: (
      handle: number,
      certificate: number,
      certificateLength: number,
      key: number,
      keyLength: number,
    ) =>
      contexts[handle]!.loadCertChain(
        memory.read(certificate, certificateLength),
        memory.read(key, keyLength),
      ),
    ctx_load_verify_locations: (handle: number, address: number, length: number) =>
      contexts[handle]!.loadVerifyLocations(memory.read(address, length)),
    ctx_set_ciphers: (handle: number, names: string) =>
      contexts[handle]!.setCiphers(names === '' ? [] : names.split(' ')),
    ctx_get_ciphers: () => SUITES.map((suite) => suite.mbedtlsName).join(' '),
    /**
     * `callback` takes the certificate's length and depth and returns None when it raised; it fetches the bytes with
     * `ctx_certificate`.
     */
    ctx_verify_callback(handle: number, callback: ((length: number, depth: number) => number | null) | null) {
      contexts[handle]!.verifyCallback =
        callback === null
          ? undefined
          : (der, depth) => {
              certificateForCallback = der;
              return callback(der.length, depth) ?? undefined;
            };
      return 0;
    },
    ctx_certificate(address: number) {
      memory.write(address, certificateForCallback);
      return certificateForCallback.length;
    },

    /** False for a key that mbedTLS does not take. */
    ctx_psk: (handle: number, identity: number, identityLength: number, key: number, keyLength: number) =>
      contexts[handle]!.setPsk({
        identity: memory.read(identity, identityLength),
        key: memory.read(key, keyLength),
      }),
    /**
     * `callback` takes the identity's length; it fetches the bytes with `ctx_identity`, and hands the key over with
     * `ctx_psk_found`, or does not.
     */
    ctx_psk_lookup(handle: number, callback: ((length: number) => void) | null) {
      const lookup = (identity: Uint8Array) => {
        identityForLookup = identity;
        keyFound = undefined;
        callback!(identity.length);
        return keyFound;
      };
      contexts[handle]!.setKeyLookup(callback === null ? undefined : lookup);
      return 0;
    },
    ctx_identity(address: number) {
      memory.write(address, identityForLookup);
      return identityForLookup.length;
    },
    ctx_psk_found(address: number, length: number) {
      keyFound = memory.read(address, length);
      return 0;
    },

    /**
     * `callback` takes the lengths of the key that was loaded and of the hash; it fetches them with `ctx_to_sign`, and
     * hands the signature over with `ctx_signed`, or does not.
     */
    ctx_ecdsa_sign(handle: number, callback: ((key: number, hash: number) => void) | null) {
      contexts[handle]!.signCallback =
        callback === null
          ? undefined
          : (key, digest) => {
              toSign = { key, digest };
              signature = undefined;
              callback(key.length, digest.length);
              return signature;
            };
      return 0;
    },
    ctx_to_sign(key: number, digest: number) {
      memory.write(key, toSign.key);
      memory.write(digest, toSign.digest);
      return 0;
    },
    ctx_signed(address: number, length: number) {
      signature = memory.read(address, length);
      return 0;
    },

    /** Returns the handle, FAILED when the IDF heap is short, or -2 when MicroPython's own is. `fd` is -1 for a stream that is no socket. */
    tls_open(
      handle: number,
      serverName: string | null,
      fd: number,
      clientId: number,
      clientIdLength: number,
      inWrap: boolean,
    ) {
      const context = contexts[handle]!;
      const name = fd < 0 ? undefined : current().call('socket.name', fd).data;
      // Nothing tells which end of a datagram socket is the client's, but its role in TLS.
      const turned = context.isServer && context.usesDatagrams;
      const connection = turned ? name?.split('>').reverse().join('>') : name;
      const socket = TlsSocket.open({
        session: current(),
        context,
        serverName: serverName ?? undefined,
        connection: connection ?? `${current().boot.device} stream ${++otherStreams}`,
        clientId: clientIdLength < 0 ? undefined : memory.read(clientId, clientIdLength),
        inWrap,
      });
      if (typeof socket === 'string') return SHORT_OF[socket];
      sockets.set(++lastHandle, socket);
      return lastHandle;
    },
    tls_start: (handle: number) => (step(handle, (engine) => engine.start()) ? 0 : FAILED),
    tls_state: (handle: number) => STATES[sockets.get(handle)!.engine.state],
    tls_peer_closed: (handle: number) => sockets.get(handle)!.engine.peerClosed,
    tls_wanted: (handle: number) => sockets.get(handle)!.engine.bytesWanted,
    tls_receive: (handle: number, address: number, length: number) =>
      step(handle, (engine) => engine.receive(memory.read(address, length))) ? 0 : FAILED,
    /** Milliseconds until the handshake's timer runs out, 0 when it has, negative when none runs. */
    tls_timer(handle: number) {
      const { engine } = sockets.get(handle)!;
      const left = engine instanceof DatagramEngine ? engine.timeLeft : undefined;
      return left === undefined ? -1 : Math.ceil(left / MILLISECOND);
    },
    tls_timeout: (handle: number) =>
      step(handle, (engine) => (engine as DatagramEngine).timeout()) ? 0 : FAILED,
    tls_receive_end: (handle: number) => (step(handle, (engine) => engine.receiveEnd()) ? 0 : FAILED),
    /** After verify_callback's verdict: the port goes on to the next message, and refuses that one as well. */
    tls_misled: (handle: number) =>
      step(handle, (engine) => engine.sendAlert('unexpected_message')) ? 0 : FAILED,
    /** The next record to send, into a buffer that holds any; 0 when there is none, FAILED for an error. */
    tls_take_record(handle: number, address: number) {
      let record: Uint8Array | undefined;
      const ok = step(handle, (engine) => {
        record = engine.takeRecord();
      });
      if (!ok) return FAILED;
      if (record !== undefined) memory.write(address, record);
      return record?.length ?? 0;
    },
    tls_send(handle: number, address: number, length: number) {
      let sent = 0;
      const ok = step(handle, (engine) => {
        sent = engine.send(memory.read(address, length));
      });
      return ok ? sent : FAILED;
    },
    /** Decrypted bytes that are there already; 0 when there are none. */
    tls_read(handle: number, address: number, limit: number) {
      const bytes = sockets.get(handle)!.read(limit);
      memory.write(address, bytes);
      return bytes.length;
    },
    tls_pending: (handle: number) => sockets.get(handle)!.readable,
    /** "OSError number", "OSError number name" or "ValueError text". */
    tls_exception: (handle: number) => written(sockets.get(handle)!.takeException()),
    /** "suite version", empty before the handshake is over. */
    tls_cipher(handle: number) {
      const session = sockets.get(handle)!.engine.session;
      if (session === undefined) return '';
      return `${session.suite.replaceAll('_', '-')} ${session.version}`;
    },
    tls_peer_certificate_length: (handle: number) =>
      sockets.get(handle)!.engine.session?.peerCertificates[0]?.length ?? 0,
    tls_peer_certificate(handle: number, address: number) {
      const der = sockets.get(handle)!.engine.session!.peerCertificates[0]!;
      memory.write(address, der);
      return der.length;
    },
    /** The memory is given back; what went wrong can still be asked for. */
    tls_free(handle: number) {
      sockets.get(handle)!.free();
      return 0;
    },
    /** Nothing can be asked of it any more. */
    tls_close(handle: number) {
      sockets.get(handle)!.free();
      sockets.delete(handle);
      return 0;
    },
  };
}

function written(exception: PythonException): string {
  if (exception.type === 'ValueError') return `ValueError ${exception.text}`;
  return `OSError ${exception.number}${exception.name === undefined ? '' : ` ${exception.name}`}`;
}

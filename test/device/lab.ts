/** A home network for device tests: Wi-Fi, DHCP and DNS at 192.168.4.1, and on the same link a server host. */
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider, PrivateKey } from '../../emulator/crypto/provider.ts';
import { rsaPoolKey } from '../../emulator/crypto/rsa-key-pool.ts';
import type { WifiPort } from '../../emulator/device/syscalls/wifi-port.ts';
import { WifiStationPort } from '../../emulator/device/wifi-station-port.ts';
import type { HostContext } from '../../emulator/hosts/host.ts';
import { DhcpServer } from '../../emulator/net/dhcp-server.ts';
import { DnsServer } from '../../emulator/net/dns-server.ts';
import { Link } from '../../emulator/net/link.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import { AccessPoint, WifiStation } from '../../emulator/net/wifi.ts';
import type { Credentials } from '../../emulator/tls/engine.ts';
import { MILLISECOND } from '../../emulator/world/time.ts';
import { World } from '../../emulator/world/world.ts';
import { buildCertificate } from '../../emulator/x509/build.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { START_TIME } from './bench.ts';

const NETMASK = '255.255.255.0';

export interface Lab {
  readonly world: World;
  readonly link: Link;
  /** 192.168.4.2, api.example.com. */
  readonly server: HostContext;
  readonly stacks: readonly Ipv4Stack[];
  readonly wifi: readonly WifiPort[];
}

export interface LabOptions {
  readonly devices?: number;
  readonly seed?: number;
  /** Without Wi-Fi the devices are on the link from the beginning, at 192.168.4.100 and up. */
  readonly joined?: boolean;
}

export function createLab({ devices = 1, seed = 1, joined = true }: LabOptions = {}): Lab {
  const world = new World({ seed, startTime: START_TIME });
  const link = new Link(world, { name: 'wifi', latency: 4 * MILLISECOND, bandwidth: 20_000_000 });
  const router = new Ipv4Stack(world, { name: 'router', tcp: 'host' });
  const lan = router.attach(link.attach('router', '02:00:00:00:00:01'), {
    address: '192.168.4.1',
    netmask: NETMASK,
  });
  new DhcpServer(router, lan, { first: '192.168.4.100', last: '192.168.4.200', dnsServers: ['192.168.4.1'] });
  new DnsServer(router, { records: new Map([['api.example.com', ['192.168.4.2']]]) });
  const server = new Ipv4Stack(world, { name: 'api.example.com', tcp: 'host' });
  server.attach(link.attach('api.example.com', '02:00:00:00:00:02'), {
    address: '192.168.4.2',
    netmask: NETMASK,
  });
  const accessPoint = new AccessPoint({
    ssid: 'home',
    bssid: '02:00:00:00:00:aa',
    password: 'secret123',
    link,
  });
  const stacks: Ipv4Stack[] = [];
  const wifi: WifiPort[] = [];
  for (let i = 0; i < devices; i++) {
    const name = i === 0 ? 'device' : `device${i + 1}`;
    const mac = `24:0a:c4:00:00:${(i + 1).toString(16).padStart(2, '0')}`;
    const stack = new Ipv4Stack(world, { name, tcp: 'lwip', dnsServers: ['192.168.4.1'] });
    if (joined) stack.attach(link.attach(name, mac), { address: `192.168.4.${100 + i}`, netmask: NETMASK });
    stacks.push(stack);
    wifi.push(new WifiStationPort(stack, new WifiStation(world, { name, mac, accessPoints: [accessPoint] })));
  }
  const context = { name: 'api.example.com', world, stack: server, crypto: nodeProvider };
  return { world, link, server: context, stacks, wifi };
}

/** Sends back what it gets, and ends when the other side does. */
export function serveEcho({ stack }: HostContext, port: number): void {
  const listener = stack.listenTcp(port, 4);
  listener.onConnection = () => {
    for (let socket = listener.accept(); socket !== undefined; socket = listener.accept()) {
      const echo = socket;
      const pump = () => {
        while (echo.readable > 0 && echo.writable > 0) echo.send(echo.read(echo.writable));
        if (echo.ended) echo.close();
      };
      echo.onReadable = echo.onWritable = pump;
      pump();
    }
  };
}

// ---- certificates

const DAY = 86_400;
const crypto: CryptoProvider = nodeProvider;

export interface Identity {
  readonly key: PrivateKey;
  readonly der: Uint8Array;
}

let serial = 1;

export function ecKey(label: string): PrivateKey {
  return crypto.generateEcKey('secp256r1', crypto.hash('sha512', new TextEncoder().encode(label)));
}

export function rsaKey(bits: number): PrivateKey {
  return rsaPoolKey(bits, 0);
}

export interface CertificateOptions {
  readonly issuer?: Identity;
  readonly ca?: boolean;
  readonly names?: readonly string[];
  readonly usage?: readonly string[];
  /** Days relative to the beginning of the world. */
  readonly from?: number;
  readonly to?: number;
}

export function identity(name: string, key: PrivateKey, options: CertificateOptions = {}): Identity {
  const { issuer, ca = false, names = [], from = -30, to = 335 } = options;
  const der = buildCertificate(
    {
      subject: `CN=${name}`,
      publicKey: key.publicKey,
      signer: issuer === undefined ? { key } : { key: issuer.key, certificate: issuer.der },
      serialNumber: serial++,
      notBefore: START_TIME + from * DAY,
      notAfter: START_TIME + to * DAY,
      basicConstraints: { ca },
      ...(names.length > 0 && { subjectAltNames: names.map((dns) => ({ dns })) }),
      ...(options.usage && { extendedKeyUsage: options.usage }),
    },
    crypto,
  );
  return { key, der };
}

export function credentialsOf(leaf: Identity, ...intermediates: Identity[]): Credentials {
  return { chain: [leaf.der, ...intermediates.map(({ der }) => der)], key: leaf.key };
}

export function pem(der: Uint8Array): string {
  return encodePem('CERTIFICATE', der);
}

export function keyPem(key: PrivateKey): string {
  return encodePem('PRIVATE KEY', encodePrivateKey(key, 'pkcs8'));
}

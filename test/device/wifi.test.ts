import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { decodeDhcp } from '../../emulator/net/dhcp-message.ts';
import { decodeFrame } from '../../emulator/net/ethernet.ts';
import { decodeIpv4, IpProtocol } from '../../emulator/net/ipv4.ts';
import { decodeUdp } from '../../emulator/net/udp.ts';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

/** Runs a program on a device beside the access point "home", not yet joined. */
function run(body: string) {
  const { world, stacks, wifi } = createLab({ joined: false });
  const script = `import network, time
w = network.WLAN()
w.active(True)
def join(ssid="home", key="secret123", **options):
    w.connect(ssid, key, **options)
    for _ in range(100):
        if w.isconnected(): break
        time.sleep_ms(100)
def attempt(f, *args, **options):
    try: print(f(*args, **options))
    except Exception as e: print(repr(e))
${body}`;
  return runOn(script, { pool, world, stacks, wifi, seed: 1 });
}

describe('WLAN.connect', () => {
  it('takes only the access point of that BSSID, and six bytes for it', () => {
    const { output } = run(`join(bssid=b"\\x02\\0\\0\\0\\0\\xab")
print(w.status())
w.disconnect()
join(bssid=b"\\x02\\0\\0\\0\\0\\xaa")
print(w.status())
attempt(w.connect, "home", "secret123", bssid=b"12345")
`);
    assert.equal(output, '201\n1010\nValueError()\n');
  });

  it('without a name joins the last network again; while joining it is refused', () => {
    const { output } = run(`join()
w.disconnect()
print(w.status(), w.config("ssid"))
w.connect()
attempt(w.connect)
time.sleep(7)
print(w.status())
`);
    assert.equal(output, "1000 home\nOSError('Wifi Internal State Error',)\n1010\n");
  });

  it('with reconnects gives up, and status() keeps the reason', () => {
    const { output } = run(`print(w.config("reconnects"))
w.config(reconnects=0)
join(key="wrong password")
print(w.status() == network.STAT_WRONG_PASSWORD, w.config("reconnects"))
`);
    assert.equal(output, '-1\nTrue 0\n');
  });
});

describe('addresses', () => {
  it('may be fixed with ifconfig, by mask or by its length, and be DHCP’s again', () => {
    const { output } = run(`w.ifconfig(("192.168.4.77", 24, "192.168.4.1", "192.168.4.1"))
join()
print(w.ifconfig(), w.ipconfig("dhcp4"))
import socket
print(socket.getaddrinfo("api.example.com", 443)[0][-1])
w.ifconfig("dhcp")
time.sleep(3)
print(w.ifconfig()[0], w.ipconfig("dhcp4"))
attempt(w.ifconfig, "static")
attempt(w.ifconfig, ("1.2.3", 24, "1.2.3.4", "1.2.3.4"))
`);
    assert.equal(
      output,
      "('192.168.4.77', '255.255.255.0', '192.168.4.1', '192.168.4.1') False\n('192.168.4.2', 443)\n" +
        "192.168.4.100 True\nValueError('invalid arguments',)\nValueError('invalid arguments',)\n",
    );
  });

  it('may be asked for and set one by one with ipconfig', () => {
    const { output } = run(`join()
print(w.ipconfig("addr4"), w.ipconfig("gw4"), network.ipconfig("dns"))
w.ipconfig(addr4="192.168.4.80/16", gw4="192.168.4.1")
network.ipconfig(dns="192.168.4.2")
print(w.ifconfig())
w.ipconfig(dhcp4=True)
time.sleep(3)
print(w.ipconfig("addr4"))
attempt(w.ipconfig, "addr6x")
attempt(w.ipconfig, "addr4", gw4="1.2.3.4")
attempt(network.ipconfig, dns="nowhere")
`);
    assert.equal(
      output,
      "('192.168.4.100', '255.255.255.0') 192.168.4.1 192.168.4.1\n" +
        "('192.168.4.80', '255.255.0.0', '192.168.4.1', '192.168.4.2')\n('192.168.4.100', '255.255.255.0')\n" +
        `ValueError('unexpected key',)\nTypeError("can't specify pos and kw args",)\n` +
        "ValueError('invalid arguments as dns server',)\n",
    );
  });

  it('come from DHCP with the host’s name in option 12', () => {
    const { world } = run('print(network.hostname())\nnetwork.hostname("greenhouse")\njoin()\n');
    const names = world.trace.events.flatMap((event) => {
      if (event.type !== 'frame.sent' || event.actor !== 'device') return [];
      const packet = decodeIpv4(decodeFrame(event.bytes)!.payload);
      const datagram = packet?.protocol === IpProtocol.UDP ? decodeUdp(packet) : undefined;
      return datagram === undefined ? [] : [decodeDhcp(datagram.payload)?.hostName];
    });
    assert.deepEqual([...new Set(names)], ['greenhouse']);
  });

  it('that go with the association take their connections along', () => {
    const { output } = run(`import socket
join()
s = socket.socket()
s.bind(("", 5000))
s.listen(1)
w.disconnect()
print(w.ifconfig()[0])
c = socket.socket()
attempt(c.connect, ("192.168.4.2", 80))
`);
    assert.equal(output, '0.0.0.0\nOSError(118,)\n');
  });
});

describe('WLAN.config and the module', () => {
  it('know the port’s parameters and say which are not theirs', () => {
    const { output } = run(`for name in ("pm", "txpower", "protocol", "channel", "hostname", "ssid"):
    print(name, repr(w.config(name)))
w.config(pm=w.PM_NONE, txpower=8.5)
print(w.config("pm"), w.config("txpower"), len(w.config("mac")))
attempt(w.config, essid="x")
attempt(w.config, "hidden")
attempt(w.config, "color")
attempt(w.config, "pm", pm=1)
attempt(w.config)
`);
    assert.equal(
      output,
      "pm 1\ntxpower 20.0\nprotocol 7\nchannel 1\nhostname 'mpy-esp32'\nssid ''\n0 8.5 6\n" +
        "OSError('AP required',)\nOSError('AP required',)\nValueError('unknown config param',)\n" +
        "TypeError('either pos or kw args are allowed',)\nTypeError('can query only one param',)\n",
    );
  });

  it('keep a country, a host name of at most 32 letters, and constants', () => {
    const { output } = run(`print(network.country(), network.country("DE"), network.country())
attempt(network.country, "DEU")
attempt(network.hostname, "x" * 33)
print(network.phy_mode(), network.MODE_11N, network.AUTH_WPA3_PSK, w.SEC_WPA2, network.AP_IF)
attempt(network.WLAN, 2)
`);
    assert.equal(
      output,
      "XX None DE\nValueError()\nValueError()\nNone 4 6 3 1\nValueError('invalid WLAN interface identifier',)\n",
    );
  });

  it('tell the signal only while there is one, and scan only while active', () => {
    const { output } = run(`attempt(w.status, "rssi")
join()
print(w.status("rssi"))
attempt(w.status, "stations")
attempt(w.status, "speed")
w.active(False)
attempt(w.scan)
attempt(w.connect, "home")
`);
    assert.equal(
      output,
      "OSError('Wifi Not Connected',)\n-55\nOSError('AP required',)\nValueError('unknown status param',)\n" +
        "OSError('STA must be active',)\nOSError('Wifi Not Started',)\n",
    );
  });
});

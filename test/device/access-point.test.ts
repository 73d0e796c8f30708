import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { NodeWorkerPool, run as runOn } from './bench.ts';
import { createLab } from './lab.ts';

const pool = new NodeWorkerPool();
after(() => pool.close());

const COMMON = `import network, socket, time
sta = network.WLAN(network.STA_IF)
ap = network.WLAN(network.AP_IF)
def attempt(f, *args, **options):
    try: print(f(*args, **options))
    except Exception as e: print(repr(e))
def join(ssid, key=None):
    sta.active(True)
    sta.connect(ssid, key)
    for _ in range(100):
        if sta.isconnected(): break
        time.sleep_ms(100)
`;

/** Runs programs, one a device, beside the network "home" (192.168.4.0/24), which nobody has joined. */
function run(...programs: string[]) {
  const { world, stacks, wifi } = createLab({ joined: false, devices: programs.length });
  return runOn(
    programs.map((program) => COMMON + program),
    { pool, world, stacks, wifi, seed: 1 },
  );
}

const printedBy = ({ of }: ReturnType<typeof run>, name: string) =>
  of('device.output')
    .filter(({ actor }) => actor === name)
    .map(({ text }) => text)
    .join('');

describe('WLAN(AP_IF)', () => {
  it('begins as ESP-IDF has it: open, on channel 1, at 192.168.4.1, named after its address', () => {
    const { output } = run(`print(ap.active(), ap.isconnected(), ap.status())
attempt(ap.status, "stations")
print(ap.active(True), ap.ifconfig(), ap.ipconfig("addr4"))
for name in ("mac", "ssid", "authmode", "channel", "hidden", "max_clients"):
    print(name, ap.config(name))
print(ap.status("stations"), sta.active(), ap.active(False))
`);
    assert.equal(
      output,
      "False False None\nOSError('Wifi Invalid Mode',)\n" +
        "True ('192.168.4.1', '255.255.255.0', '192.168.4.1', '0.0.0.0') ('192.168.4.1', '255.255.255.0')\n" +
        "mac b'$\\n\\xc4\\x00\\x00\\x02'\nssid ESP_000002\nauthmode 0\nchannel 1\nhidden False\nmax_clients 4\n" +
        '[] False False\n',
    );
  });

  it('takes its parameters in one go, and says which it will not have', () => {
    const { output } = run(`ap.active(True)
ap.config(essid="greenhouse", password="tomatoes", authmode=network.AUTH_WPA2_PSK, channel=11, hidden=True, max_clients=2)
print([ap.config(name) for name in ("essid", "security", "channel", "hidden", "max_clients")])
attempt(ap.config, "password")
attempt(ap.config, key="short")
attempt(ap.config, authmode=network.AUTH_WEP)
attempt(ap.config, reconnects=3)
attempt(ap.config, "hostname")
attempt(ap.status, "rssi")
attempt(ap.ifconfig, "dhcp")
attempt(ap.config, channel=15)
attempt(sta.connect, "home")
`);
    assert.equal(
      output,
      "['greenhouse', 3, 11, True, 2]\nValueError('unknown config param',)\nOSError('Wifi Invalid Password',)\n" +
        "RuntimeError('Wifi Unknown Error 0x0102',)\nOSError('STA required',)\nOSError('STA required',)\n" +
        "OSError('STA required',)\nValueError('invalid arguments',)\nRuntimeError('Wifi Unknown Error 0x0102',)\n" +
        "OSError('Wifi Invalid Mode',)\n",
    );
  });

  it('stays open when a key is set and no authmode', () => {
    const { output } = run(`ap.active(True)
ap.config(ssid="greenhouse", key="tomatoes")
print(ap.config("authmode"))
`);
    assert.equal(output, '0\n');
  });

  it('is found and joined by another device, which gets an address; both see each other', () => {
    const bench = run(
      `ap.active(True)
ap.config(ssid="greenhouse", key="tomatoes", authmode=network.AUTH_WPA2_PSK, channel=3)
while not ap.isconnected(): time.sleep_ms(100)
print(ap.status("stations"))
s = socket.socket()
s.bind(("", 80))
s.listen(1)
c, peer = s.accept()
print(peer[0], c.recv(20))
c.send(b"ripe")
c.close()
`,
      `time.sleep(1)
sta.active(True)
print([(name, channel, security) for name, _, channel, _, security, _ in sta.scan() if name != b"home"])
join("greenhouse", "tomatoes")
print(sta.ifconfig(), sta.config("channel"))
s = socket.socket()
s.connect(("192.168.4.1", 80))
s.send(b"tomatoes?")
print(s.recv(20))
`,
    );
    assert.equal(printedBy(bench, 'device'), "[(b'$\\n\\xc4\\x00\\x00\\x05',)]\n192.168.4.2 b'tomatoes?'\n");
    assert.equal(
      printedBy(bench, 'device2'),
      "[(b'greenhouse', 3, 3)]\n('192.168.4.2', '255.255.255.0', '192.168.4.1', '192.168.4.1') 3\nb'ripe'\n",
    );
  });

  it('takes no more stations than max_clients, and nobody with a wrong key', () => {
    const join = (key: string) => `time.sleep(1)
sta.active(True)
sta.config(reconnects=0)
join("greenhouse", "${key}")
print(sta.status())
time.sleep(20)
`;
    const bench = run(
      `ap.active(True)
ap.config(ssid="greenhouse", key="tomatoes", authmode=network.AUTH_WPA2_PSK, max_clients=1)
time.sleep(30)
print(len(ap.status("stations")))
`,
      join('cucumbers'),
      join('tomatoes'),
      `time.sleep(2)\n${join('tomatoes')}`,
    );
    assert.equal(printedBy(bench, 'device'), '1\n');
    assert.equal(printedBy(bench, 'device2'), '202\n');
    assert.equal(printedBy(bench, 'device3'), '1010\n');
    assert.equal(printedBy(bench, 'device4'), '5\n');
  });

  it('gives out addresses beside its own; its stations reach one another', () => {
    const bench = run(
      `ap.ifconfig(("10.0.7.1", 24, "10.0.7.1", "10.0.7.1"))
ap.active(True)
time.sleep(30)
`,
      `time.sleep(1)
join("ESP_000002")
print(sta.ifconfig()[:3])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5000))
print(s.recvfrom(20))
`,
      `time.sleep(3)
join("ESP_000002")
print(sta.ifconfig()[0])
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("10.0.7.2", 5000))
`,
    );
    assert.match(
      printedBy(bench, 'device2'),
      /^\('10\.0\.7\.2', '255\.255\.255\.0', '10\.0\.7\.1'\)\n\(b'hello', \('10\.0\.7\.3', \d+\)\)\n$/,
    );
    assert.equal(printedBy(bench, 'device3'), '10.0.7.3\n');
  });

  it('stays through a soft reset; its driver holds memory until both interfaces are off', () => {
    const bench = run(`import machine
if not ap.active():
    ap.active(True)
    ap.config(ssid="greenhouse")
    machine.soft_reset()
print(ap.active(), ap.config("ssid"), sta.active())
sta.active(True)
ap.active(False)
print("station left")
sta.active(False)
`);
    assert.equal(bench.output.split('\n').at(-3), 'True greenhouse False');
    const off = bench.of('device.heap').filter(({ reason }) => reason === 'Wi-Fi driver off');
    const left = bench.of('device.output').find(({ text }) => text.includes('station left'));
    assert.equal(off.length, 1);
    assert.ok(off[0]!.t > left!.t);
  });

  it('that goes, or is changed, sends its stations away; one that is reset vanishes', () => {
    const station = `time.sleep(1)
sta.active(True)
sta.config(reconnects=0)
join("ESP_000002")
while sta.isconnected(): time.sleep_ms(100)
print(sta.status(), time.ticks_ms() // 1000)
`;
    assert.equal(
      printedBy(run('ap.active(True)\ntime.sleep(15)\nap.active(False)\n', station), 'device2'),
      '3 15\n',
    );
    assert.equal(
      printedBy(run('ap.active(True)\ntime.sleep(15)\nap.config(ssid="other")\n', station), 'device2'),
      '3 15\n',
    );
    const reset = `import machine
if machine.reset_cause() == machine.PWRON_RESET:
    ap.active(True)
    time.sleep(15)
    machine.reset()
print(ap.active(), ap.config("ssid"))
`;
    const bench = run(reset, station);
    assert.equal(printedBy(bench, 'device2'), '200 21\n');
    assert.equal(printedBy(bench, 'device'), 'False ESP_000002\n');
  });
});

describe('station and access point at once', () => {
  it('share the channel and the stack: each network is reached by its own interface', () => {
    const bench = run(
      `ap.ifconfig(("192.168.9.1", 24, "192.168.9.1", "0.0.0.0"))
ap.active(True)
join("home", "secret123")
print(sta.ifconfig()[0], ap.config("channel"), sta.config("mac")[-1], ap.config("mac")[-1])
print(socket.getaddrinfo("api.example.com", 80)[0][-1][0])
s = socket.socket()
s.bind(("", 80))
s.listen(1)
print(s.accept()[1][0])
`,
      `time.sleep(8)
join("ESP_000002")
socket.socket().connect(("192.168.9.1", 80))
time.sleep(1)
`,
    );
    assert.equal(printedBy(bench, 'device'), '192.168.4.100 6 1 2\n192.168.4.2\n192.168.9.2\n');
  });

  it('on one subnet hide the station’s network: its router’s address is the device’s own', () => {
    const { output } = run(`join("home", "secret123")
ap.active(True)
attempt(socket.getaddrinfo, "api.example.com", 80)
ap.active(False)
print(socket.getaddrinfo("api.example.com", 80)[0][-1][0])
`);
    assert.equal(output, 'OSError(-202,)\n192.168.4.2\n');
  });
});

describe('WLAN.config(mac=…) and (channel=…)', () => {
  it('give an interface another address, six bytes that are no group', () => {
    const bench = run(`sta.active(True)
sta.config(mac=b"\\x24\\x0a\\xc4\\x12\\x34\\x56")
print(sta.config("mac"))
attempt(sta.config, mac=b"12345")
attempt(sta.config, mac=b"\\x25\\x0a\\xc4\\x12\\x34\\x56")
join("home", "secret123")
print(sta.isconnected())
`);
    assert.equal(
      bench.output,
      "b'$\\n\\xc4\\x124V'\nValueError('invalid buffer length',)\nOSError('Wifi Invalid MAC Address',)\nTrue\n",
    );
  });

  it('say where an idle station listens', () => {
    const { output } = run(`sta.active(True)
sta.config(channel=9)
print(sta.config("channel"))
join("home", "secret123")
print(sta.config("channel"))
attempt(sta.config, channel=0)
`);
    assert.equal(output, "9\n6\nRuntimeError('Wifi Unknown Error 0x0102',)\n");
  });
});

describe('WLAN.config(pm=…)', () => {
  /** Round trips that a device's echo server adds to, in whole milliseconds, asked by another every second. */
  function roundTrips(mode: string): number[] {
    const bench = run(
      `join("home", "secret123")
${mode}
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 7))
for _ in range(20):
    data, peer = s.recvfrom(10)
    s.sendto(data, peer)
`,
      `join("home", "secret123")
time.sleep(2)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(20):
    t = time.ticks_ms()
    s.sendto(b"ping", ("192.168.4.100", 7))
    s.recvfrom(10)
    print(time.ticks_ms() - t)
    time.sleep(1)
`,
    );
    return printedBy(bench, 'device2').trim().split('\n').map(Number);
  }
  const mean = (times: number[]) => times.reduce((sum, each) => sum + each) / times.length;

  it('lets frames for the device wait for a beacon: tens of milliseconds, or several times that', () => {
    const awake = roundTrips('');
    const performance = roundTrips('sta.config(pm=sta.PM_PERFORMANCE)');
    const powersave = roundTrips('sta.config(pm=sta.PM_POWERSAVE)');
    assert.ok(Math.max(...awake) <= 20, String(awake));
    assert.ok(mean(performance) > 40 && mean(performance) < 150, String(performance));
    assert.ok(mean(powersave) > 2 * mean(performance), String(powersave));
    assert.deepEqual(roundTrips('sta.config(pm=sta.PM_POWERSAVE)\nsta.config(pm=sta.PM_NONE)'), awake);
  });

  it('knows three modes', () => {
    const { output } = run('sta.active(True)\nattempt(sta.config, pm=3)\nprint(sta.config("pm"))\n');
    assert.equal(output, "RuntimeError('Wifi Unknown Error 0x0102',)\n1\n");
  });
});

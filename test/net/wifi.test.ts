import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DhcpClient } from '../../emulator/net/dhcp-client.ts';
import { DhcpServer } from '../../emulator/net/dhcp-server.ts';
import { Link } from '../../emulator/net/link.ts';
import { Ipv4Stack } from '../../emulator/net/stack.ts';
import {
  AccessPoint,
  type AccessPointOptions,
  AuthMode,
  WifiStation,
  WifiStatus,
} from '../../emulator/net/wifi.ts';
import { MILLISECOND, SECOND } from '../../emulator/world/time.ts';
import { eventsOf, NETMASK, newWorld, run } from './lab.ts';
import { collect, payload, sendAll } from './tcp-helpers.ts';

function newHome(options: Partial<AccessPointOptions> = {}, seed = 1) {
  const world = newWorld(seed);
  const link = new Link(world, {
    name: 'wifi',
    latency: 3 * MILLISECOND,
    bandwidth: 20_000_000,
    medium: 'shared',
  });
  const home = new AccessPoint({
    ssid: 'home',
    bssid: '02:00:00:00:0a:01',
    password: 'secret password',
    channel: 11,
    rssi: -60,
    link,
    ...options,
  });
  const cafe = new AccessPoint({ ssid: 'cafe', bssid: '02:00:00:00:0a:02', rssi: -80, link });
  const router = new Ipv4Stack(world, { name: 'router', tcp: 'host' });
  const inside = router.attach(link.attach('router', '02:00:00:00:00:fe'), {
    address: '192.168.4.1',
    netmask: NETMASK,
  });
  new DhcpServer(router, inside, { first: '192.168.4.2', last: '192.168.4.9', dnsServers: ['192.168.4.1'] });
  const accessPoints = [home, cafe];
  const station = new WifiStation(world, { name: 'device', mac: '02:00:00:00:00:01', accessPoints });
  const device = new Ipv4Stack(world, { name: 'device', tcp: 'lwip' });
  const dhcp = new DhcpClient(device, device.attach(station));
  const status = () => station.status(device.address !== undefined);
  const states = () => eventsOf(world, 'wifi.state').map((event) => event.state);
  return { world, link, home, accessPoints, router, station, device, dhcp, status, states };
}

describe('a Wi-Fi station', () => {
  it('scans: names, addresses, channels, signals and security, strongest first', () => {
    const { world, station } = newHome();
    station.setActive(true);
    let found: unknown;
    station.scan((results) => {
      found = results;
    });
    run(world, 10 * SECOND, () => found !== undefined);
    assert.equal(world.now, 2.5 * SECOND);
    assert.deepEqual(found, [
      {
        ssid: 'home',
        bssid: '02:00:00:00:0a:01',
        channel: 11,
        rssi: -60,
        authmode: AuthMode.WPA2_PSK,
        hidden: false,
      },
      {
        ssid: 'cafe',
        bssid: '02:00:00:00:0a:02',
        channel: 6,
        rssi: -80,
        authmode: AuthMode.OPEN,
        hidden: false,
      },
    ]);
  });

  it('joins in 4 s and has an address a second later', () => {
    const { world, station, device, status, states } = newHome();
    station.setActive(true);
    assert.equal(status(), WifiStatus.IDLE);
    station.connect('home', 'secret password');
    assert.equal(status(), WifiStatus.CONNECTING);
    run(world, 60 * SECOND, () => station.isUp);
    assert.equal(world.now, 4 * SECOND);
    assert.equal(status(), WifiStatus.CONNECTING);
    assert.equal(station.rssi, -60);
    run(world, 60 * SECOND, () => device.address !== undefined);
    assert.equal(status(), WifiStatus.GOT_IP);
    assert.ok(world.now < 5.1 * SECOND, `${world.now} ns`);
    assert.equal(device.address, '192.168.4.2');
    assert.deepEqual(states(), [
      'idle',
      'scanning',
      'authenticating',
      'associating',
      'handshake',
      'associated',
    ]);
  });

  it('then carries Ethernet frames on the access point’s link', () => {
    const { world, station, device, router } = newHome();
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, 6 * SECOND);
    const data = payload(10_000);
    const listener = router.listenTcp(80, 5);
    let received: ReturnType<typeof collect> | undefined;
    listener.onConnection = () => {
      received = collect(listener.accept()!);
    };
    const socket = device.connectTcp({ address: '192.168.4.1', port: 80 });
    socket.onConnect = () => sendAll(socket, data);
    run(world, 10 * SECOND);
    assert.deepEqual(received!.bytes(), data);
    assert.ok(eventsOf(world, 'frame.sent', 'device').every((event) => event.link === 'wifi'));
  });

  it('with a wrong password tries for ever, and says so meanwhile', () => {
    const { world, station, status } = newHome();
    station.setActive(true);
    station.connect('home', 'wrong');
    run(world, 6 * SECOND);
    assert.equal(status(), WifiStatus.CONNECTING);
    run(world, 30 * SECOND);
    assert.equal(status(), WifiStatus.WRONG_PASSWORD);
    const failures = eventsOf(world, 'wifi.state').filter((event) => event.detail === 'wrong password');
    assert.ok(failures.length > 2);
  });

  it('told how often to try shows why it failed', () => {
    for (const [ssid, password, expected] of [
      ['home', 'wrong', WifiStatus.WRONG_PASSWORD],
      ['nowhere', 'secret password', WifiStatus.NO_AP_FOUND],
    ] as const) {
      const { world, station, status, states } = newHome();
      station.setActive(true);
      station.reconnects = 1; // one more time
      station.connect(ssid, password);
      run(world, 60 * SECOND);
      assert.equal(status(), expected);
      assert.equal(station.state, 'idle');
      assert.equal(states().filter((state) => state === 'scanning').length, 2);
    }
  });

  it('joins an open network without a password, and a hidden one by name', () => {
    const { world, station } = newHome({ hidden: true });
    station.setActive(true);
    station.connect('cafe');
    run(world, 5 * SECOND);
    assert.equal(station.isUp, true);
    station.connect('home', 'secret password');
    assert.equal(station.isUp, false);
    run(world, 10 * SECOND);
    assert.equal(station.isUp, true);
  });

  it('leaves, and connections then have no way out', () => {
    const { world, station, device, status } = newHome();
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, 6 * SECOND);
    station.disconnect();
    assert.equal(status(), WifiStatus.IDLE);
    assert.equal(device.address, undefined);
    assert.throws(() => device.connectTcp({ address: '192.168.4.1', port: 80 }));
  });

  it('notices after 6 s that the access point is gone, and joins again when it is back', () => {
    const { world, station, home, device, status } = newHome();
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, 10 * SECOND);
    home.setOn(false);
    const start = world.now;
    run(world, start + 60 * SECOND, () => !station.isUp);
    assert.equal(world.now - start, 6 * SECOND);
    assert.equal(eventsOf(world, 'wifi.state').find((event) => event.detail)!.detail, 'beacon timeout');
    assert.equal(status(), WifiStatus.CONNECTING);
    home.setOn(true);
    run(world, start + 60 * SECOND, () => status() === WifiStatus.GOT_IP);
    assert.equal(device.address, '192.168.4.2');
  });

  it('does not hear what is too weak, and loses the link when it gets so', () => {
    const { world, station, home, status } = newHome({ rssi: -95 });
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, 6 * SECOND);
    assert.equal(status(), WifiStatus.NO_AP_FOUND);
    home.setSignal(-70);
    run(world, 20 * SECOND, () => station.isUp);
    home.setSignal(-95);
    const start = world.now;
    run(world, start + 3 * SECOND);
    assert.equal(station.isUp, true);
    home.setSignal(-70);
    run(world, start + 20 * SECOND);
    assert.equal(eventsOf(world, 'wifi.state').at(-1)!.state, 'associated', 'three seconds are no reason');
    home.setSignal(-95);
    run(world, world.now + 6 * SECOND);
    assert.equal(eventsOf(world, 'wifi.state').findLast((event) => event.detail)!.detail, 'beacon timeout');
  });

  it('loses frames on a weak signal, as told by its strength', () => {
    const lost = (rssi: number) => {
      const { world, station, router, home } = newHome();
      station.setActive(true);
      station.connect('home', 'secret password');
      run(world, 6 * SECOND);
      home.setSignal(rssi);
      const socket = router.bindUdp(0);
      for (let i = 0; i < 500; i++) {
        world.after(i * 10 * MILLISECOND, () =>
          socket.sendTo(payload(10), { address: '192.168.4.2', port: 9 }),
        );
      }
      run(world, 20 * SECOND);
      return eventsOf(world, 'frame.lost').length;
    };
    assert.equal(lost(-70), 0);
    const [weak, weaker] = [lost(-85), lost(-90)];
    assert.ok(weak > 5 && weak < 50 && weaker > 100, `${weak}, ${weaker}`);
  });

  it('may fail at any step of joining on a weak signal, and says at which when it gives up', () => {
    const reasons = new Set<number>();
    for (let seed = 1; seed < 40; seed++) {
      const { world, station, status } = newHome({ rssi: -90 }, seed);
      station.setActive(true);
      station.reconnects = 0;
      station.connect('home', 'secret password');
      run(world, 20 * SECOND);
      reasons.add(status());
    }
    for (const expected of [2, WifiStatus.ASSOC_FAIL, WifiStatus.HANDSHAKE_TIMEOUT, WifiStatus.GOT_IP]) {
      assert.ok(reasons.has(expected), `${expected} of ${[...reasons]}`);
    }
  });

  it('is sent away by the access point and comes back', () => {
    const { world, station, home, status } = newHome();
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, 10 * SECOND);
    home.deauthenticate(3);
    assert.equal(station.isUp, false);
    assert.equal(status(), WifiStatus.CONNECTING);
    assert.match(
      eventsOf(world, 'wifi.state').find((event) => event.detail)!.detail!,
      /sent away .* reason 3/,
    );
    run(world, world.now + 6 * SECOND);
    assert.equal(status(), WifiStatus.GOT_IP);
  });

  it('sent away, or left alone, in the middle of the handshake fails with what happened', () => {
    for (const [act, expected] of [
      [(home: AccessPoint) => home.deauthenticate(2), 2],
      [(home: AccessPoint) => home.setOn(false), WifiStatus.HANDSHAKE_TIMEOUT],
    ] as const) {
      const { world, station, home, status } = newHome();
      station.setActive(true);
      station.reconnects = 0;
      station.connect('home', 'secret password');
      run(world, 3.7 * SECOND);
      assert.equal(station.state, 'handshake');
      act(home);
      run(world, 20 * SECOND);
      assert.equal(status(), expected);
    }
  });

  it('finds nobody for the handshake once the access point is off, which lets nobody in', () => {
    const admitted: string[] = [];
    const { world, station, home, status } = newHome({ onAdmission: (actor) => admitted.push(actor) });
    station.setActive(true);
    station.reconnects = 0;
    station.connect('home', 'secret password');
    run(world, 3.2 * SECOND);
    assert.equal(station.state, 'associating');
    home.setOn(false);
    run(world, 20 * SECOND);
    assert.deepEqual([status(), admitted], [WifiStatus.HANDSHAKE_TIMEOUT, []]);
  });

  it('that shall sleep no more has at once what waits for it', () => {
    const world = newWorld();
    const link = new Link(world, { name: 'wifi', latency: 3 * MILLISECOND, bandwidth: 20_000_000 });
    const home = new AccessPoint({ ssid: 'home', bssid: '02:00:00:00:0a:01', link });
    const station = new WifiStation(world, {
      name: 'device',
      mac: '02:00:00:00:00:01',
      accessPoints: [home],
      modemSleepLatency: () => SECOND,
    });
    const heard: number[] = [];
    station.onFrame = () => heard.push(world.now / SECOND);
    station.setActive(true);
    station.setPowerSave(1);
    station.connect('home');
    run(world, 10 * SECOND);
    world.advanceTo(10 * SECOND);
    const sender = link.attach('sender', '02:00:00:00:00:02');
    sender.send(Uint8Array.of(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0));
    run(world, 10.5 * SECOND);
    world.advanceTo(10.5 * SECOND);
    assert.deepEqual(heard, []);
    station.setPowerSave(0);
    run(world, 20 * SECOND);
    assert.deepEqual(heard, [10.5]);
  });

  it('takes the first of two access points of one name, by channel, and the other when that has gone', () => {
    const { world, station, home, link, accessPoints } = newHome();
    accessPoints.push(
      new AccessPoint({
        ssid: 'home',
        bssid: '02:00:00:00:0a:03',
        password: 'secret password',
        channel: 1,
        rssi: -84,
        link,
      }),
    );
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, 20 * SECOND, () => station.isUp);
    assert.equal(station.rssi, -84, 'not the strongest');
    accessPoints.at(-1)!.setOn(false);
    run(world, 40 * SECOND, () => station.rssi === home.rssi);
    assert.equal(station.rssi, -60);
    station.connect('home', 'secret password', '02:00:00:00:0a:03');
    run(world, world.now + 10 * SECOND);
    assert.equal(station.isUp, false, 'told which, it takes no other');
  });

  it('counts its tries from connect() on, whatever succeeded in between', () => {
    const { world, station, home } = newHome();
    station.setActive(true);
    station.reconnects = 1;
    station.connect('home', 'secret password');
    run(world, 6 * SECOND);
    home.deauthenticate(3);
    run(world, 20 * SECOND);
    assert.equal(station.isUp, true);
    home.deauthenticate(3);
    run(world, 40 * SECOND);
    assert.equal(station.state, 'idle');
  });

  it('switched off while joining does not join', () => {
    const { world, station } = newHome();
    station.setActive(true);
    station.connect('home', 'secret password');
    run(world, SECOND);
    station.setActive(false);
    run(world, 20 * SECOND);
    assert.equal(station.state, 'inactive');
  });
});

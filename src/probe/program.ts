/** The program that is written for whoever asked: it joins Wi-Fi, sets the clock, verifies, and does not wait for ever. */
import type { Target } from './target.ts';

/** What stands in the program until somebody writes their own, and what the simulated network is called. */
export const WIFI = { ssid: 'your network', password: 'its password' } as const;

/** Names in the board's flash. */
export const FILES = { ca: 'ca.der', certificate: 'client.der', key: 'client-key.der' } as const;

export interface ProgramOptions {
  /** Address or name to connect to, where it is not the name that is checked. */
  readonly target: Target;
  /** Whether the board shows a certificate of its own. */
  readonly clientCertificate: boolean;
  /** For one reading or writing, seconds. */
  readonly timeout: number;
}

export function programFor({ target, clientCertificate, timeout }: ProgramOptions): string {
  const { host, port, name } = target;
  const elsewhere = host !== name;
  return `# Connects to ${name}, which must prove that it is: the board trusts the one certificate in ${FILES.ca}.
import network
import ntptime
import socket
import ssl
import time

SSID = '${WIFI.ssid}'
PASSWORD = '${WIFI.password}'
NAME = ${python(name)}${elsewhere ? `\nADDRESS = ${python(host)}` : ''}
PORT = ${port}
TIMEOUT = ${timeout}  # seconds


def join():
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    if not wlan.isconnected():
        wlan.connect(SSID, PASSWORD)
    deadline = time.ticks_add(time.ticks_ms(), 20_000)
    while not wlan.isconnected():
        if time.ticks_diff(deadline, time.ticks_ms()) < 0:
            raise OSError('no Wi-Fi: is the password right?')
        time.sleep_ms(100)


def set_clock():
    # After power-on the clock shows the year 2000, in which no certificate is valid yet.
    for attempt in range(5):
        try:
            return ntptime.settime()
        except OSError:
            time.sleep(attempt + 1)
    raise OSError('no time from NTP')


def connect():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cafile='${FILES.ca}')
${clientCertificate ? `    context.load_cert_chain('${FILES.certificate}', '${FILES.key}')\n` : ''}    sock = socket.socket()
    try:
        sock.settimeout(TIMEOUT)
        sock.connect(socket.getaddrinfo(${elsewhere ? 'ADDRESS' : 'NAME'}, PORT)[0][-1])
        return context.wrap_socket(sock, server_hostname=NAME)
    except Exception:
        sock.close()
        raise


join()
set_clock()
tls = connect()
print('connected:', *tls.cipher())
# Your protocol goes here: tls.write(…), tls.readline(), …
tls.close()
`;
}

/** A string as Python writes it. */
function python(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** What `tls-sandbox init` writes: the smallest scenario that shows a handshake, each part with a word about it. */

/** `schema`: address of the JSON Schema, as editors find it from the file. */
export function starterScenario(schema: string): string {
  return `# yaml-language-server: $schema=${schema}
title: My device asks its server
why: |
  A paragraph on why this matters, and what to do about it.

# Certificates are made anew in each run; by default they are valid at the time of the world.
pki:
  roots:
    root: {subject: 'CN=My Root CA'}
  leaves:
    api: {issuer: root, subject: CN=api.example.com, san: [api.example.com]}
    # Make it bad and see what your device says: validity: {from: -60d, until: -1d}

hosts:
  ns.example.net:
    address: 198.51.100.53
    services: [{type: dns}]
  pool.ntp.org:
    address: 198.51.100.123
    services: [{type: ntp}]
  api.example.com:
    address: 203.0.113.10
    services:
      - type: https
        certificate: api
        routes:
          /: {body: hello}
  # Other services: http, mqtt, echo, ocsp (answers for an authority), gateway (gathers what sensors say).

devices:
  sensor:
    main: main.py                     # runs unchanged on a board
    files:
      /root.der: {certificate: root}  # what lies in flash beside it
    rtc: unset                        # boots in the year 2000, as a board does

# Who means ill; the report says what each came to:
# attackers:
#   eve: {type: eavesdropper}
#   mallory: {type: fake-access-point, victim: api.example.com}

# What happens meanwhile, in order:
# steps:
#   - wait-serial: address
#   - set-link: {link: internet, loss: 5%}

expect:
  devices:
    sensor:
      output: {contains: ['HTTP/1.1 200 OK']}
  handshakes:
    - {from: sensor, to: api.example.com, outcome: established, serverAuthenticated: true}
`;
}

export const STARTER_PROGRAM = `import network
import ntptime
import socket
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
print('address', wlan.ifconfig()[0])

# Without the time, every certificate seems to start in the future.
ntptime.settime()

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

sock = socket.socket()
sock.settimeout(10)
sock.connect(socket.getaddrinfo(HOST, 443)[0][-1])
tls = context.wrap_socket(sock, server_hostname=HOST)
tls.write(b'GET / HTTP/1.0\\r\\nHost: ' + HOST.encode() + b'\\r\\n\\r\\n')
print(tls.read().decode())
tls.close()
`;

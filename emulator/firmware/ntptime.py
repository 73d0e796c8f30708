# micropython-lib's ntptime, by its interface: settime() asks `host` and sets the RTC.
import socket
import struct
from time import gmtime

host = "pool.ntp.org"
timeout = 1

# Seconds from NTP's epoch, 1900, to the port's, 2000 (RFC 5905 section 6).
_NTP_DELTA = 3155673600
_CLIENT_MODE_VERSION_3 = 0x1B


def time():
    query = bytearray(48)
    query[0] = _CLIENT_MODE_VERSION_3
    address = socket.getaddrinfo(host, 123)[0][-1]
    connection = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        connection.settimeout(timeout)
        connection.sendto(query, address)
        answer = connection.recvfrom(48)[0]
    finally:
        connection.close()
    seconds = struct.unpack("!I", answer[40:44])[0]
    return seconds - _NTP_DELTA


def settime():
    import machine

    fields = gmtime(time())
    machine.RTC().datetime((fields[0], fields[1], fields[2], fields[6] + 1, fields[3], fields[4], fields[5], 0))

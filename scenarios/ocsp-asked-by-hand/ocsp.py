# The least of OCSP that a device can do itself: it asks, and reads the status. It cannot check the signature.
import hashlib
import socket

SHA1 = bytes((0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00))
STATUS = {0x80: 'good', 0xA1: 'revoked', 0x82: 'unknown'}
REFUSALS = {1: 'malformedRequest', 2: 'internalError', 3: 'tryLater', 5: 'sigRequired', 6: 'unauthorized'}


def element(der, at):
    """Where the contents of the element at this place begin and end."""
    length = der[at + 1]
    at += 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(der[at:at + size], 'big')
        at += size
    return at, at + length


def fields(der, start):
    """The elements within the one at this place: where each begins, and where it ends."""
    at, end = element(der, start)
    found = []
    while at < end:
        after = element(der, at)[1]
        found.append((at, after))
        at = after
    return found


def parts(certificate):
    """Of a certificate with a version: tbsCertificate's fields."""
    return fields(certificate, fields(certificate, 0)[0][0])


def sequence(content, tag=0x30):
    return bytes((tag, len(content))) + content


def request(certificate, issuer):
    number = parts(certificate)[1]
    authority = parts(issuer)
    name = issuer[authority[5][0]:authority[5][1]]
    key = fields(issuer, authority[6][0])[1]
    bits = issuer[element(issuer, key[0])[0] + 1:key[1]]
    cert_id = (
        sequence(SHA1)
        + sequence(hashlib.sha1(name).digest(), 4)
        + sequence(hashlib.sha1(bits).digest(), 4)
        + certificate[number[0]:number[1]]
    )
    return sequence(sequence(sequence(sequence(sequence(cert_id)))))


def status(answer):
    code = fields(answer, 0)
    refusal = answer[element(answer, code[0][0])[0]]
    if refusal:
        return REFUSALS[refusal]
    basic = fields(answer, fields(answer, code[1][0])[0][0])[1]
    data = fields(answer, element(answer, basic[0])[0])[0]
    # responderID, producedAt, responses: of the first response the second field.
    single = fields(answer, fields(answer, data[0])[2][0])[0]
    return STATUS[answer[fields(answer, single[0])[1][0]]]


def ask(host, certificate, issuer, port=80, timeout=5):
    body = request(certificate, issuer)
    sock = socket.socket()
    sock.settimeout(timeout)
    try:
        sock.connect(socket.getaddrinfo(host, port)[0][-1])
        sock.write(
            b'POST / HTTP/1.0\r\nHost: %s\r\nContent-Type: application/ocsp-request\r\nContent-Length: %d\r\n\r\n'
            % (host.encode(), len(body))
        )
        sock.write(body)
        return status(sock.read().split(b'\r\n\r\n', 1)[1])
    finally:
        sock.close()

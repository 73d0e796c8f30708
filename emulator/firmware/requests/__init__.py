# HTTP/1.0 as the frozen package of micropython-lib speaks it. Over TLS it verifies nothing, and takes no context
# that would: that is upstream's interface.
import socket

_REDIRECTS = (301, 302, 303, 307, 308)
_REDIRECTS_TO_GET = (301, 302, 303)


class Response:
    def __init__(self, f):
        self.raw = f
        self.encoding = "utf-8"
        self._cached = None

    def close(self):
        if self.raw:
            self.raw.close()
            self.raw = None
        self._cached = None

    @property
    def content(self):
        if self._cached is None:
            try:
                self._cached = self.raw.read()
            finally:
                self.raw.close()
                self.raw = None
        return self._cached

    @property
    def text(self):
        return str(self.content, self.encoding)

    def json(self):
        from json import loads

        return loads(self.content)


def _basic(user, password):
    from binascii import b2a_base64

    return "Basic " + b2a_base64(("%s:%s" % (user, password)).encode())[:-1].decode()


def _is_chunked(data):
    # A generator: its length is not known before it has ended.
    return hasattr(data, "__next__") and not hasattr(data, "__len__")


def _send_body(stream, data, chunked):
    if not _is_chunked(data):
        stream.write(data)
        return
    for chunk in data:
        if chunked:
            stream.write(b"%x\r\n" % len(chunk))
        stream.write(chunk)
        if chunked:
            stream.write(b"\r\n")
    if chunked:
        stream.write(b"0\r\n\r\n")


def request(
    method,
    url,
    data=None,
    json=None,
    headers=None,
    stream=None,
    auth=None,
    timeout=None,
    parse_headers=True,
):
    headers = {} if headers is None else headers.copy()
    if auth is not None:
        headers["Authorization"] = _basic(*auth)
    parts = url.split("/", 3)
    protocol, _, host = parts[:3]
    path = parts[3] if len(parts) > 3 else ""
    if protocol not in ("http:", "https:"):
        raise ValueError("Unsupported protocol: " + protocol)
    port = 443 if protocol == "https:" else 80
    if ":" in host:
        host, port = host.split(":", 1)
        port = int(port)
    family, _, proto, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    s = socket.socket(family, socket.SOCK_STREAM, proto)
    if timeout is not None:
        s.settimeout(timeout)
    received = None if parse_headers is False else {}
    redirect = None
    try:
        s.connect(address)
        if protocol == "https:":
            import tls

            context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
            context.verify_mode = tls.CERT_NONE
            s = context.wrap_socket(s, server_hostname=host)
        s.write(b"%s /%s HTTP/1.0\r\n" % (method, path))
        headers.setdefault("Host", host)
        if json is not None:
            assert data is None
            from json import dumps

            data = dumps(json)
            headers.setdefault("Content-Type", "application/json")
        if data and "Content-Length" not in headers:
            if not _is_chunked(data):
                headers["Content-Length"] = str(len(data))
            else:
                headers.setdefault("Transfer-Encoding", "chunked")
        headers.setdefault("Connection", "close")
        for name in headers:
            s.write("%s: %s\r\n" % (name, headers[name]))
        s.write(b"\r\n")
        if data:
            _send_body(s, data, headers.get("Transfer-Encoding") == "chunked")
        line = s.readline().split(None, 2)
        if len(line) < 2:
            raise ValueError("HTTP error: BadStatusLine:\n%s" % line)
        status = int(line[1])
        reason = line[2].rstrip() if len(line) > 2 else ""
        while True:
            line = s.readline()
            if not line or line == b"\r\n":
                break
            if line.startswith(b"Transfer-Encoding:"):
                if b"chunked" in line:
                    raise ValueError("Unsupported " + str(line, "utf-8"))
            elif line.startswith(b"Location:") and not 200 <= status <= 299:
                if status not in _REDIRECTS:
                    raise NotImplementedError("Redirect %d not yet supported" % status)
                redirect = str(line[10:-2], "utf-8")
            if parse_headers is True:
                name, value = str(line, "utf-8").split(":", 1)
                received[name] = value.strip()
            elif parse_headers:
                parse_headers(line, received)
    except OSError:
        s.close()
        raise
    if redirect:
        s.close()
        headers.pop("Host", None)
        if status in _REDIRECTS_TO_GET:
            return request("GET", redirect, None, None, headers, stream)
        return request(method, redirect, data, json, headers, stream)
    response = Response(s)
    response.status_code = status
    response.reason = reason
    if received is not None:
        response.headers = received
    return response


def head(url, **kw):
    return request("HEAD", url, **kw)


def get(url, **kw):
    return request("GET", url, **kw)


def post(url, **kw):
    return request("POST", url, **kw)


def put(url, **kw):
    return request("PUT", url, **kw)


def patch(url, **kw):
    return request("PATCH", url, **kw)


def delete(url, **kw):
    return request("DELETE", url, **kw)

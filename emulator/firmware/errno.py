# Error numbers of the port, where they are not those of the interpreter below.
EPERM = 1
ENOENT = 2
EIO = 5
EBADF = 9
EAGAIN = 11
ENOMEM = 12
EACCES = 13
EEXIST = 17
ENODEV = 19
EISDIR = 21
EINVAL = 22
ENFILE = 23
EOPNOTSUPP = 95
ECONNRESET = 104
ENOBUFS = 105
ETIMEDOUT = 110
ECONNREFUSED = 111
EADDRINUSE = 112
ECONNABORTED = 113
EHOSTUNREACH = 118
EINPROGRESS = 119
EALREADY = 120
ENOTCONN = 128

errorcode = {value: name for name, value in globals().items() if name[0] == "E"}

# A client for `tls-sandbox badssl --score`: python.py URL CA
import ssl
import sys
import urllib.request

url, ca = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
try:
    urllib.request.urlopen(url, timeout=5, context=context).read()
except Exception as error:
    sys.exit(str(error))

# Measures the longest pause of a task that wants to run every 10 ms.
import asyncio
import network
import ssl
import time

HOST = 'api.example.com'

wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cafile='/root.der')

longest = 0


async def blink():
    global longest
    last = time.ticks_ms()
    while True:
        await asyncio.sleep_ms(10)
        now = time.ticks_ms()
        longest = max(longest, time.ticks_diff(now, last))
        last = now


async def main():
    asyncio.create_task(blink())
    await asyncio.sleep_ms(200)
    print('idle: longest pause', longest, 'ms, over 100:', longest > 100)
    reader, writer = await asyncio.open_connection(HOST, 443, ssl=context)
    writer.write(b'GET /v1/config HTTP/1.0\r\nHost: ' + HOST.encode() + b'\r\n\r\n')
    await writer.drain()
    answer = await reader.read()
    print(answer.split(b'\r\n\r\n', 1)[1].decode())
    print('TLS: longest pause', longest, 'ms, over 300:', longest > 300)
    writer.close()


asyncio.run(main())

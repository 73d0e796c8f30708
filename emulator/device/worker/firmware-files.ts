/** The device's own modules, as text in the bundle. */
import boot from '../../firmware/_boot.py';
import buffers from '../../firmware/_buffers.py';
import builtins from '../../firmware/_builtins.py';
import command from '../../firmware/_command.py';
import console from '../../firmware/_console.py';
import errno from '../../firmware/_errno.py';
import events from '../../firmware/_events.py';
import gc from '../../firmware/_gc.py';
import help from '../../firmware/_help.py';
import imports from '../../firmware/_imports.py';
import micropython from '../../firmware/_micropython.py';
import stdio from '../../firmware/_stdio.py';
import sys from '../../firmware/_sys.py';
import tasks from '../../firmware/_tasks.py';
import tlsContext from '../../firmware/_tls_context.py';
import tlsSocket from '../../firmware/_tls_socket.py';
import vfs from '../../firmware/_vfs.py';
import webreplStream from '../../firmware/_webrepl.py';
import asyncio from '../../firmware/asyncio/__init__.py';
import asyncioCore from '../../firmware/asyncio/core.py';
import asyncioEvent from '../../firmware/asyncio/event.py';
import asyncioFuncs from '../../firmware/asyncio/funcs.py';
import asyncioLock from '../../firmware/asyncio/lock.py';
import asyncioStream from '../../firmware/asyncio/stream.py';
import binascii from '../../firmware/binascii.py';
import cryptolib from '../../firmware/cryptolib.py';
import esp from '../../firmware/esp.py';
import esp32 from '../../firmware/esp32.py';
import hashlib from '../../firmware/hashlib.py';
import machine from '../../firmware/machine.py';
import mip from '../../firmware/mip/__init__.py';
import network from '../../firmware/network.py';
import ntptime from '../../firmware/ntptime.py';
import os from '../../firmware/os.py';
import requests from '../../firmware/requests/__init__.py';
import secureElement from '../../firmware/secure_element.py';
import select from '../../firmware/select.py';
import socket from '../../firmware/socket.py';
import ssl from '../../firmware/ssl.py';
import time from '../../firmware/time.py';
import tls from '../../firmware/tls.py';
import uasyncio from '../../firmware/uasyncio.py';
import umqttRobust from '../../firmware/umqtt/robust.py';
import umqttSimple from '../../firmware/umqtt/simple.py';
import urequests from '../../firmware/urequests.py';
import webrepl from '../../firmware/webrepl.py';
import websocket from '../../firmware/websocket.py';

/** Stands before `.frozen` on the path. */
export const FIRMWARE_FOLDER = '/rom';

/** By path in that folder. */
export const FIRMWARE: Readonly<Record<string, string>> = {
  '_boot.py': boot,
  '_buffers.py': buffers,
  '_builtins.py': builtins,
  '_errno.py': errno,
  '_imports.py': imports,
  '_micropython.py': micropython,
  '_gc.py': gc,
  '_stdio.py': stdio,
  '_sys.py': sys,
  '_command.py': command,
  '_console.py': console,
  '_help.py': help,
  '_tasks.py': tasks,
  'asyncio/__init__.py': asyncio,
  'asyncio/core.py': asyncioCore,
  'asyncio/event.py': asyncioEvent,
  'asyncio/funcs.py': asyncioFuncs,
  'asyncio/lock.py': asyncioLock,
  'asyncio/stream.py': asyncioStream,
  '_tls_context.py': tlsContext,
  '_tls_socket.py': tlsSocket,
  '_vfs.py': vfs,
  'binascii.py': binascii,
  'cryptolib.py': cryptolib,
  'esp.py': esp,
  'esp32.py': esp32,
  'hashlib.py': hashlib,
  'machine.py': machine,
  'mip/__init__.py': mip,
  'network.py': network,
  'ntptime.py': ntptime,
  'os.py': os,
  'requests/__init__.py': requests,
  'secure_element.py': secureElement,
  'select.py': select,
  'socket.py': socket,
  'ssl.py': ssl,
  'time.py': time,
  'tls.py': tls,
  'uasyncio.py': uasyncio,
  'umqtt/robust.py': umqttRobust,
  'umqtt/simple.py': umqttSimple,
  'urequests.py': urequests,
  '_events.py': events,
  '_webrepl.py': webreplStream,
  'webrepl.py': webrepl,
  'websocket.py': websocket,
};

/** The device's own modules, as text in the bundle. */
import boot from '../../firmware/_boot.py';
import buffers from '../../firmware/_buffers.py';
import command from '../../firmware/_command.py';
import sys from '../../firmware/_sys.py';
import errno from '../../firmware/errno.py';
import machine from '../../firmware/machine.py';
import network from '../../firmware/network.py';
import ntptime from '../../firmware/ntptime.py';
import os from '../../firmware/os.py';
import select from '../../firmware/select.py';
import socket from '../../firmware/socket.py';
import ssl from '../../firmware/ssl.py';
import time from '../../firmware/time.py';
import tls from '../../firmware/tls.py';

/** Stands before `.frozen` on the path. */
export const FIRMWARE_FOLDER = '/rom';

export const FIRMWARE: Readonly<Record<string, string>> = {
  '_boot.py': boot,
  '_buffers.py': buffers,
  '_sys.py': sys,
  '_command.py': command,
  'errno.py': errno,
  'machine.py': machine,
  'network.py': network,
  'ntptime.py': ntptime,
  'os.py': os,
  'select.py': select,
  'socket.py': socket,
  'ssl.py': ssl,
  'time.py': time,
  'tls.py': tls,
};

/** The access point that the device is itself. */
import { Errno } from '../../net/api.ts';
import { failure, type Handlers, type Kernel, OK } from './call.ts';
import type { AccessPointPort } from './wifi-port.ts';

export const accessPointCalls: Handlers<'ap'> = {
  'ap.active': (kernel, on) => change(kernel, (accessPoint) => accessPoint.setActive(on)),

  'ap.configure': (kernel, changes) => change(kernel, (accessPoint) => accessPoint.configure(changes)),

  'ap.address': (kernel, address, netmask, gateway) =>
    change(kernel, (accessPoint) => accessPoint.setAddress(address, netmask, gateway)),

  'ap.mac': (kernel, mac) => change(kernel, (accessPoint) => accessPoint.setMac(mac)),

  'ap.status': ({ wifi }) =>
    wifi?.accessPoint === undefined
      ? failure(Errno.EOPNOTSUPP)
      : { value: 0, data: wifi.accessPoint.status() },
};

function change({ wifi }: Kernel, action: (accessPoint: AccessPointPort) => void) {
  if (wifi?.accessPoint === undefined) return failure(Errno.EOPNOTSUPP);
  action(wifi.accessPoint);
  return OK;
}

import { BlockList, isIPv6 } from 'node:net';

/** Addresses that are of this machine, of an inner network, or of none (RFC 6890). */
const inner = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, prefix, 'ipv4');

/** Only 2000::/3 is in use for the public; of that, documentation, protocols and 6to4 are not. */
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');
const innerIpv6 = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  innerIpv6.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address may belong to somebody on the public network. */
export function isPublic(address: string): boolean {
  if (!isIPv6(address)) return !inner.check(address, 'ipv4');
  return publicIpv6.check(address, 'ipv6') && !innerIpv6.check(address, 'ipv6');
}

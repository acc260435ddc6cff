/** Where the broker of the settings is. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  /** Whether the way to it is encrypted. */
  readonly isSecure: boolean;
}

/** Ports of MQTT, as registered with IANA. */
const plainPort = 1_883;
const securePort = 8_883;

/** From a checked setting: `mqtt://host:port` or `mqtts://…`. */
export function brokerAddress(url: string): BrokerAddress {
  const { hostname, port, protocol } = new URL(url);
  const isSecure = protocol === 'mqtts:';
  const usual = isSecure ? securePort : plainPort;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? usual : Number(port),
    isSecure,
  };
}

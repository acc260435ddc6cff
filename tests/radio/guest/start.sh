#!/bin/bash
# What a machine does, by its role on the kernel command line: `home` has the gateway and the air that both
# breathe, `cuff` the device. The folder of this script in the checkout is known by its own path.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin HOME=/root NO_COLOR=1
word() { tr '\0' '\n' </proc/cmdline | tr ' ' '\n' | sed -n "s/^$1=//p"; }
cd "$(dirname "$0")/../../.." || exit 1
role="$(word role)"
hostname "hemma-$role"
if [ "$role" = home ]; then
  # As the Debian package does: a user of its own, whom the bus lets speak with BlueZ.
  useradd --system --no-create-home --shell /usr/sbin/nologin hemma-gateway || exit 1
  chown hemma-gateway: /var/lib/hemma
  cp packaging/debian/dbus.conf /etc/dbus-1/system.d/hemma-gateway.conf
fi
mkdir -p /run/dbus
dbus-daemon --system --fork --nopidfile
export PATH="$(dirname "$(word node)"):$PATH"
exec timeout 1200 node "tests/radio/dist/tests/radio/guest/$role.js" "$(word control)"

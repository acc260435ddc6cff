#!/bin/bash
# What the machine does: a system bus, two virtual controllers (hci0 is the gateway's, hci1 the cuff's), then
# the scenarios. The folder of this script in the checkout is known by its own path.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin HOME=/root NO_COLOR=1
hostname hemma-radio
mkdir -p /run/dbus
dbus-daemon --system --fork --nopidfile
# LE only; "-l2" alone makes both ends dual-mode.
btvirt -L -l2 >/run/btvirt.log 2>&1 &
sleep 1
cd "$(dirname "$0")/../../.." || exit 1
node="$(tr '\0' '\n' </proc/cmdline | tr ' ' '\n' | sed -n 's/^node=//p')"
export PATH="$(dirname "$node"):$PATH"
timeout 540 node tests/radio/dist/tests/radio/guest/main.js
code=$?
[ $code -eq 0 ] || tail -n 40 /run/bluetoothd.log
exit $code

#!/bin/sh
exec /usr/lib/hemma-gateway/bin/node /usr/lib/hemma-gateway/gateway/bin/hemma-gateway.mjs "$@"

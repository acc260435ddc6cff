#!/usr/bin/env bash
# Makes what the machine boots from: FOLDER/vmlinuz, FOLDER/initrd.gz and FOLDER/lib/modules, from
# Debian's stock kernel. It is unpacked, never installed. Nothing is done twice for one kernel version.
# Usage: prepare.sh FOLDER; prints the folder of that version.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
folder="$1"

# The full kernel: the one for clouds has neither Bluetooth nor 9p.
newest() {
  apt-cache depends linux-image-amd64 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1
}
package="$(newest)"
if [ -z "$package" ]; then
  apt-get update -qq >&2
  package="$(newest)"
fi
[ -n "$package" ] || { echo "No kernel of Debian is known here." >&2; exit 1; }
release="${package#linux-image-}"
recipe="$(cat "$here/prepare.sh" "$here/init" | sha256sum | cut -c 1-12)"
made="$folder/$release-$recipe"
if [ -f "$made/initrd.gz" ]; then echo "$made"; exit 0; fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
download() { (cd "$work" && apt-get download -qq "$package" >/dev/null 2>&1); }
# A list that is too old names a version that is no longer there.
download || { apt-get update -qq >&2 && download; } ||
  { echo "$package cannot be downloaded." >&2; exit 1; }
dpkg-deb -x "$work/$package"_*.deb "$work/root"
depmod -b "$work/root" "$release"

# In this order: drbg before ecdh_generic, or the kernel has no key pair and Pair() says "done" without
# pairing at all; ecb and cmac for the virtual controllers, uhid for bluetoothd.
wanted=(
  virtio_rng ecb cbc ctr sha512_generic drbg cmac ccm
  virtio_pci virtio_net virtio_console 9pnet_virtio 9p overlay
  ecdh_generic bluetooth hci_vhci hci_uart uhid algif_hash algif_skcipher
)
initrd="$work/initrd"
mkdir -p "$initrd"/{bin,modules,proc,sys,dev,lower,upper,root}
cp "$(command -v busybox)" "$initrd/bin/busybox"
install -m 755 "$here/init" "$initrd/init"
for module in "${wanted[@]}"; do
  modprobe -d "$work/root" -S "$release" --show-depends "$module"
done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$work/paths"
while read -r path; do
  cp "$path" "$initrd/modules/"
  basename "$path" >>"$initrd/modules/order"
done <"$work/paths"

mkdir -p "$folder"
rm -rf "$made"
mkdir "$made"
cp "$work/root/boot/vmlinuz-$release" "$made/vmlinuz"
mv "$work/root/lib" "$made/lib"
# Last, since its presence says that all is here.
(cd "$initrd" && find . | cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initrd.gz"
mv "$work/initrd.gz" "$made/initrd.gz"
echo "$made"

#!/bin/sh
#
# The first process of a machine for tests: makes a root that can be written, of which
# nothing stays, and becomes systemd there. PRIVSEP_MACHINE is the directory that it
# shares with whoever has started it, and has the units.

set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
insmod "/usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root
mkdir machine system
mount -t hostfs -o "$PRIVSEP_MACHINE" machine machine
cp machine/units/* etc/systemd/system
umount /proc
pivot_root . system
exec chroot . /lib/systemd/systemd --unit=privsep-machine.service --show-status=0

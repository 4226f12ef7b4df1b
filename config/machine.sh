#!/bin/sh
#
# Runs a service of systemd in a machine of its own, with user-mode Linux: it sees the
# files of this machine, and changes none. See usage() below.

set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

usage() {
	cat <<'EOF'
Usage: config/machine.sh <directory>

Starts privsep-machine.service, which is in <directory>/units, perhaps with others, and
stops the machine when the service has ended. The machine has <directory> as /machine,
and may write there. As root.
EOF
}

# the first process of the machine
if [ $$ -eq 1 ] && [ -n "${PRIVSEP_MACHINE:-}" ]; then
	mount -t proc proc /proc
	insmod "/usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
	mount -t tmpfs tmpfs /mnt
	mkdir /mnt/upper /mnt/work /mnt/root
	mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
	cd /mnt/root
	mkdir machine system
	mount -t hostfs -o "$PRIVSEP_MACHINE" machine machine
	cp machine/units/* etc/systemd/system
	mkdir etc/systemd/system/privsep-machine.service.d
	cat > etc/systemd/system/privsep-machine.service.d/end.conf <<'EOF'
[Service]
ExecStopPost=+/bin/systemctl poweroff --force --force
EOF
	umount /proc
	pivot_root . system
	exec chroot . /lib/systemd/systemd --unit=privsep-machine.service --show-status=0
fi

[ $# -eq 1 ] || { usage >&2; exit 64; }
directory=$(realpath "$1")
[ -f "$directory/units/privsep-machine.service" ] || { usage >&2; exit 64; }
# where its memory is, if there is room
[ "$(df --output=avail /dev/shm | tail -n 1)" -ge 3145728 ] || export TMPDIR="$directory"
exec linux.uml mem=3G rootfstype=hostfs rootflags=/ ro quiet con=null con0=null,fd:1 "uml_dir=$directory/" \
	"PRIVSEP_MACHINE=$directory" init=/bin/sh -- "$(realpath "$0")" < /dev/null

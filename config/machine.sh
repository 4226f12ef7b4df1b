#!/bin/bash
#
# Boots systemd in a container whose files are this machine's, and whose changes go to
# memory. See usage() below.

set -euo pipefail

usage() {
	cat <<'USAGE'
Usage: config/machine.sh <directory>

Boots systemd as process 1 of a container (Debian: systemd, systemd-container), runs
privsep-machine.service, and ends when that service ends. Its units are in
<directory>/units. The container has <directory> as /machine, and may write there; it
shares this machine's kernel and its hierarchy of control groups, but no network. As root.
USAGE
}

[[ $# -eq 1 && -f $1/units/privsep-machine.service ]] || { usage >&2; exit 64; }
directory=$(realpath "$1")
export directory
printf 'ExecStopPost=+/bin/systemctl --force --force exit 0\n' >> "$directory/units/privsep-machine.service"
# "/" itself is refused as a container's root, and a bind mount of it is not
exec unshare --mount --propagation private bash -euc '
	mkdir "$directory/root"
	mount --bind / "$directory/root"
	# norbind: not what is mounted in it, which is all of this machine
	binds=("--bind=$directory:/machine:norbind")
	for unit in "$directory"/units/*; do
		binds+=("--bind-ro=$unit:/run/systemd/system/${unit##*/}")
	done
	exec systemd-nspawn --quiet --directory="$directory/root" --volatile=overlay --machine="privsep-$$" \
		--register=no --keep-unit --private-network --capability=all \
		--system-call-filter="add_key keyctl request_key bpf perf_event_open" "${binds[@]}" \
		--boot systemd.show_status=0 systemd.unit=privsep-machine.service' < /dev/null

#!/bin/bash
#
# Stops an application as systemd does: its service alone, and with the whole machine. It
# runs as root, in a container that has booted systemd.

set -euo pipefail
java="$1 -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
class_path=$2
main=io.privsep.stopped.StoppedApplication

# Starts the application as a user, with options of its unit and arguments.
start() {
	local name=$1 user=$2 options=$3
	shift 3
	install -d -o "$user" "/machine/$name"
	cat > /run/systemd/system/privsep-stopped.service <<EOF
[Service]
User=$user
ExecStart=$java -cp "$class_path" $main --stopped.file=/machine/$name/stopping ${arguments[*]} $*
StandardOutput=file:/machine/$name/output
StandardError=inherit
SuccessExitStatus=143
$options
EOF
	systemctl daemon-reload
	systemctl start privsep-stopped.service
	until grep -qx CALLED "/machine/$name/output"; do
		systemctl -q is-active privsep-stopped.service
		sleep 0.1
	done
}

arguments=(--spring.application.name=privsep-stopped --spring.main.web-application-type=none
	--spring.main.keep-alive=true --privsep.contexts.work.user=privsep-work --privsep.contexts.work.capabilities=
	--privsep.contexts.box.capabilities= --privsep.contexts.box.sandbox.enabled=true)
getent passwd privsep-app >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin privsep-app
getent passwd privsep-work >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin privsep-work
cd /

# by launcher 'direct': all are processes of the same unit
start direct root ''
systemctl stop privsep-stopped.service

# by launcher 'sudo', and a sandbox
$java -cp "$class_path" io.privsep.install.InstallCommand install --main-class $main \
	--app-user privsep-app -- "${arguments[@]}" --stopped.file=/tmp/none
start sudo privsep-app ''
systemctl stop privsep-stopped.service

# by launcher 'systemd', when the machine is shut down
$java -cp "$class_path" io.privsep.install.InstallCommand install --main-class $main --launcher systemd \
	--app-user privsep-app -- "${arguments[@]}" --stopped.file=/tmp/none
start systemd privsep-app "ExecStop=+/bin/bash -c 'systemctl show --property ActiveState --value \"privsep-privsep-stopped_work@*\" > /machine/state'"
systemctl --no-block poweroff
exec sleep infinity

#!/bin/bash
#
# Runs an application whose helpers mount, by launchers sudo and systemd. It runs as root, in
# a container that has booted systemd.

set -euo pipefail
java="$1 -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
class_path=$2
main=io.privsep.namespaces.NamespacesApplication
arguments=(--spring.application.name=privsep-namespaces --spring.main.web-application-type=none
	--privsep.contexts.plain.user=privsep-plain --privsep.contexts.plain.capabilities=
	--privsep.contexts.mounter.user=root --privsep.contexts.mounter.allow-root=true
	--privsep.contexts.mounter.capabilities=sys_admin)
useradd --system --no-create-home --shell /usr/sbin/nologin privsep-app
mkdir /run/privsep-mount
cd /
for launcher in sudo systemd; do
	$java -cp "$class_path" io.privsep.install.InstallCommand install --main-class $main --launcher $launcher \
		--app-user privsep-app -- "${arguments[@]}" >&2
	echo "launcher $launcher"
	setpriv --reuid=privsep-app --regid=privsep-app --init-groups $java -cp "$class_path" $main /run/privsep-mount \
		"${arguments[@]}" | tee -a /machine/errors | grep -E '^[a-z]+ ?[a-z/]*( /tmp)?: '
	umount /run/privsep-mount
	ip netns delete privsep-it
done

#!/bin/bash
#
# Runs an application whose helpers mount, by each launcher. It runs as root, in a container
# that has booted systemd.

set -euo pipefail
java="$1 -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
class_path=$2
main=io.privsep.namespaces.NamespacesApplication
arguments=(--spring.application.name=privsep-namespaces --spring.main.web-application-type=none
	--privsep.contexts.plain.user=privsep-plain --privsep.contexts.plain.capabilities=
	--privsep.contexts.mounter.user=root --privsep.contexts.mounter.allow-root=true
	--privsep.contexts.mounter.capabilities=sys_admin)
getent passwd privsep-app >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin privsep-app
mkdir /run/privsep-mount
cd /

# what runs the application, then more arguments for it
run() {
	echo "launcher $launcher"
	"${@:2:$1}" $java -cp "$class_path" $main /run/privsep-mount "${arguments[@]}" "${@:$1 + 2}" |
		tee -a /machine/errors | grep -E '^[a-z]+ ?[a-z/]*( /tmp)?: '
	umount /run/privsep-mount
	ip netns delete privsep-it
}

for launcher in sudo command systemd; do
	$java -cp "$class_path" io.privsep.install.InstallCommand install --main-class $main --launcher $launcher \
		--app-user privsep-app -- "${arguments[@]}" >&2
	more=()
	if [[ $launcher == command ]]; then
		# a rule of the machine's own, in the place of doas or the like
		wrapper=/usr/lib/privsep/privsep-namespaces/current/bin
		printf 'Defaults:privsep-app !use_pty\nprivsep-app ALL=(root) NOPASSWD: %s/plain "", %s/mounter ""\n' \
			$wrapper $wrapper > /etc/sudoers.d/privsep-command
		for context in plain mounter; do
			more+=("--privsep.contexts.$context.launcher=command"
				"--privsep.contexts.$context.command=/usr/bin/sudo,-n,--,$wrapper/$context")
		done
	fi
	run 4 setpriv --reuid=privsep-app --regid=privsep-app --init-groups ${more[@]+"${more[@]}"}
	rm -f /etc/sudoers.d/privsep-command
done
launcher=direct
run 0 --privsep.contexts.{plain,mounter}.launcher=direct

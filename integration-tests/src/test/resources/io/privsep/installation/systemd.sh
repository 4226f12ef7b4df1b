#!/bin/bash
#
# Installs the demo for systemd, starts it as a service without rights, and says what its
# helpers are. It runs as root, in a container that has booted systemd.

set -euo pipefail
java=$1
shift
port=8090

# A request, and the last line of the answer.
request() {
	exec 3<> /dev/tcp/127.0.0.1/$port
	printf '%s %s HTTP/1.0\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s' \
		"$1" "$2" "${#3}" "$3" >&3
	tail -n 1 <&3
	exec 3>&-
}

helpers() {
	systemctl list-units --plain --no-legend 'privsep-privsep-demo_*@*.service' | cut -d ' ' -f 1
}

systemctl --version | head -n 1 >&2
getent passwd privsep-app >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin privsep-app
mkdir -p /srv/privsep-demo
echo before > /srv/privsep-demo/motd
cd /
install() {
	"$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djarmode=privsep -jar /machine/app.jar install --launcher systemd \
		--app-user privsep-app -- "$@" >&2
}
# systemd cannot listen on what is a directory: nothing is left, and the next one works
mkdir -p /run/privsep/privsep-demo/ports.sock/in-the-way
status=0
install "$@" || status=$?
echo "failed $status, left: $(find /etc/systemd/system /usr/lib/privsep/privsep-demo -name '*privsep-demo*' 2>/dev/null | wc -l)" \
	"$(systemctl list-units --all --plain --no-legend 'privsep-privsep-demo_*' | wc -l)" \
	"$(getent passwd privsep-motd | wc -l)"
rm -r /run/privsep/privsep-demo/ports.sock
install "$@"
for context in documents motd nobody ports; do
	echo "socket $context $(systemctl is-active privsep-privsep-demo_$context.socket)"
done

cat > /run/systemd/system/privsep-demo.service <<EOF
[Service]
User=privsep-app
NoNewPrivileges=yes
ExecStart=$java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar /usr/lib/privsep/privsep-demo/current/app/privsep-demo.jar \\
	--server.port=$port --privsep.contexts.documents.call-timeout=60s \\
	--privsep.contexts.documents.queue-timeout=100s --privsep.contexts.motd.call-timeout=60s $@
StandardOutput=file:/machine/application
StandardError=inherit
EOF
systemctl daemon-reload
systemctl start privsep-demo.service
until grep -q 'Started DemoApplication' /machine/application; do
	systemctl -q is-active privsep-demo.service
	sleep 0.2
done
grep launcher /machine/application >&2

for unit in $(helpers); do
	pid=$(systemctl show --property MainPID --value "$unit")
	context=${unit#*_}
	echo "helper ${context%%@*} $(stat -c %U "/proc/$pid")" \
		"$(sed -n 's/^\(CapPrm\|CapBnd\|NoNewPrivs\):\t*0*\(.\)/\2/p' "/proc/$pid/status" | tr '\n' ' ')" \
		"$(systemctl show --property MemoryMax --value "$unit")"
done | sort -u
pid=$(systemctl show --property MainPID --value "$(helpers | grep _nobody@ | head -n 1)")
echo "tmp $(stat -c '%a %U' "/proc/$pid/root/dev/shm")" \
	"$(sed -n 's|^[^ ]* /dev/shm .*[, ]size=\([0-9]*k\).*|\1|p' "/proc/$pid/mounts")"

request PUT /api/motd after > /dev/null
echo "motd $(cat /srv/privsep-demo/motd)"
# takes two helpers, of which the second one reads an honest document
request POST /api/documents/passwd '' | jq -r '"document: \(.failure), next: \(.next)"'
# who may write to it may connect to it
for user in privsep-app nobody; do
	! setpriv --reuid=$user --regid=nogroup --clear-groups test -w /run/privsep/privsep-demo/motd.sock ||
		echo "socket open to $user"
done
journalctl --quiet --no-pager --output=cat --unit='privsep-privsep-demo_motd@*' | grep -c . | sed 's/^[1-9].*/journal/'

systemctl stop privsep-demo.service
for _ in {1..600}; do
	[[ -n $(helpers) ]] || break
	sleep 0.2
done
echo "helpers at the end: $(helpers | wc -l)"
"$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djarmode=privsep -jar /machine/app.jar uninstall --application privsep-demo >&2
echo "units at the end: $(systemctl list-unit-files --no-legend 'privsep-privsep-demo_*' | wc -l)"

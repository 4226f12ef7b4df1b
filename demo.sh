#!/usr/bin/env bash
#
# Builds the demo and runs it. See usage() below.

set -euo pipefail
cd "$(dirname "$0")"
. benchmarks/common.sh
# the users of helpers read what is built and copied
umask 022

directory=/var/lib/privsep-demo
marker=$directory/.made-by-privsep-demo
app_id=61001
port=${PORT:-8080}
remove=()

usage() {
	cat <<'EOF'
Usage: ./demo.sh            builds the demo and runs it until Ctrl-C
       ./demo.sh --clean    removes /var/lib/privsep-demo
       ./demo.sh --help

As root: the real thing, with an application that becomes user 61001 and helpers
that run as users 61002, 61003 and 61004, or in a sandbox. All its files are in
/var/lib/privsep-demo.
Not as root: the same with helpers that have no other rights than yours, and one in
a sandbox, which is confined as it is for root.

PORT is the port to serve on (8080). Everything can be tried on the page, or in
another terminal:

  curl localhost:8080/api/motd
  curl -i -X PUT -H 'Content-Type: text/plain' -d 'Hello' localhost:8080/api/motd
  curl -i -X POST localhost:8080/api/attempts/direct-write         # the application itself
  curl -X POST localhost:8080/api/ports/80/probe
  curl -i -X POST localhost:8080/api/attempts/motd-binds-port      # the wrong helper
  curl -H 'Content-Type: text/plain' --data-binary $'item=tea\nquantity=3' localhost:8080/api/parse
  curl -X POST localhost:8080/api/documents/secret                 # in a sandbox: reads nothing
  curl -X POST localhost:8080/api/documents/secret/by-application  # the same parser reads it
  curl -X POST localhost:8080/api/documents/call                   # also: honest, passwd, bomb, loop
  curl -X POST localhost:8080/api/tools/passwd                     # as a language model calls it; also: honest
  curl -X POST localhost:8080/api/tools/passwd/by-application      # the same tool reads it
  curl localhost:8080/api/contexts
  curl localhost:8080/actuator/health                              # with the pid of each helper
EOF
}

misused() {
	echo "demo.sh: $*" >&2
	usage >&2
	exit 64
}

clean() {
	[[ -e $directory || -L $directory ]] || { echo "There is no $directory"; return; }
	[[ $EUID -eq 0 ]] || fail "$directory belongs to root; run: sudo ./demo.sh --clean"
	[[ ! -L $directory && -f $marker ]] || fail "$directory was not made by this script; left as it is"
	exec 9< "$marker"
	! has flock || flock -n 9 || fail "the demo is running; end it first"
	rm -rf --one-file-system "$directory"
	echo "Removed $directory"
}

in_use() {
	(: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

check_port() {
	[[ $port =~ ^[0-9]{1,5}$ ]] || fail "PORT must be a number, not '$port'"
	port=$((10#$port))
	# after the drop of root the application may not listen on lower ones either
	local first
	first=$(< /proc/sys/net/ipv4/ip_unprivileged_port_start)
	[[ $port -ge $first && $port -gt 0 && $port -le 65535 ]] || fail "PORT must be from $first to 65535, not $port"
}

check_port_is_free() {
	in_use "$port" || return 0
	local other=$port
	while in_use "$other"; do
		other=$((other < 65535 ? other + 1 : 8080))
	done
	fail "port $port is in use; choose another: ${SUDO_USER:+sudo }PORT=$other ./demo.sh"
}

find_java() {
	if [[ -n ${JAVA_HOME:-} ]]; then
		java=$JAVA_HOME/bin/java
	else
		java=$(command -v java) || fail "a JDK 17 or later is needed (Debian: apt-get install openjdk-17-jdk-headless)"
	fi
	[[ -x $java ]] || fail "'$java' cannot be run; set JAVA_HOME to a JDK 17 or later"
	java=$(readlink -f "$java")
	local version
	version=$("$java" -XX:-UsePerfData -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
	[[ ${version:-0} -ge 17 ]] || fail "'$java' is of version ${version:-unknown}; a JDK 17 or later is needed"
	[[ -x ${java%/*}/javac ]] || fail "'$java' has no compiler beside it; a JDK is needed, not a JRE"
	export JAVA_HOME=${java%/bin/java}
}

find_tools() {
	require_maven
	local tool
	for tool in setpriv prlimit setsid flock; do
		if ! has "$tool"; then
			if [[ $EUID -eq 0 ]] && has apt-get; then
				apt-get update -q
				apt-get install -y -q util-linux
			fi
			has "$tool" || fail "'$tool' is needed; it is part of util-linux"
		fi
	done
	# without it the demo does not start: nothing is confined less than it says
	if ! has bwrap; then
		if [[ $EUID -eq 0 ]] && has apt-get; then
			apt-get update -q
			apt-get install -y -q --no-install-recommends bubblewrap
		fi
		has bwrap || fail "'bwrap' is needed for the sandbox of the context 'documents'; ask root to install bubblewrap \
(Debian: apt-get install bubblewrap)"
	fi
}

# as the user who will need it, who is not root
check_sandbox() {
	local as=() user=$EUID answer
	if [[ $EUID -eq 0 ]]; then
		user=$app_id
		as=(setpriv "--reuid=$user" "--regid=$user" --clear-groups)
	fi
	answer=$(cd / && "${as[@]}" bwrap --unshare-user --unshare-pid --as-pid-1 --unshare-ipc --unshare-uts --unshare-cgroup \
		--unshare-net --cap-drop ALL --ro-bind / / --proc /proc -- /bin/true 2>&1) ||
		fail "Cannot create a sandbox for user $user: $(sed 's/^bwrap: //;q' <<< "${answer:-bwrap exited without output}")
docs/sandbox.md says what to do, in the section 'Where it is not available'"
}

# a build takes away the jar that a demo may run from
lock_clone() {
	exec 8< demo-app
	flock -n 8 || fail "another demo is running from $PWD; end it first"
}

lock_directory() {
	if [[ -L $directory || ( -e $directory && ! -f $marker ) ]]; then
		fail "$directory exists and was not made by this script; left as it is"
	fi
	install -d -o root -g root -m 0755 "$directory"
	: > "$marker"
	exec 9< "$marker"
	flock -n 9 || fail "another demo is running in $directory; end it first"
}

build() {
	local jars output line
	echo "Building the demo. The first build takes one or two minutes: Maven downloads 175 MB."
	output=$(mktemp)
	remove+=("$output")
	# a line for each module; the rest of what Maven says only if it fails
	MAVEN_OPTS="-XX:-UsePerfData ${MAVEN_OPTS:-}" mvn -B -ntp -Dstyle.color=never -Dmaven.test.skip=true -Dmdep.skip=true \
		package -pl demo-app -am 8<&- 9<&- 2>&1 \
		| sed -u $'s/\e\\[[0-9;]*m//g' | tee "$output" \
		| while IFS= read -r line; do
			if [[ $line =~ ^'[INFO] Building '(.*[^ ])\ [^\ ]+\ +(\[[0-9]+/[0-9]+\])$ ]]; then
				echo "  ${BASH_REMATCH[2]} ${BASH_REMATCH[1]}"
			fi
		done || { grep -v '^\[INFO\]' "$output" >&2 || true; fail "the build has failed"; }
	give_back
	echo "Built in $SECONDS s"
	# not the one with the sources
	jars=(demo-app/target/demo-app-*[^s].jar)
	[[ -f ${jars[0]} ]] || fail "the build has left no demo-app/target/demo-app-*.jar"
	jar=$PWD/${jars[0]}
}

# a copy that the helpers' users can read and nobody but root can change
install_copy() {
	rm -rf --one-file-system "$directory/app" "$directory/tmp"
	"$java" -XX:-UsePerfData -Djarmode=tools -jar "$jar" extract --destination "$directory/app"
	chmod -R u=rwX,go=rX "$directory/app"
	# root code unpacks a native library here, so the directory must not be the application's
	install -d -o root -g root -m 1777 "$directory/tmp"
	if [[ ! -e $directory/motd ]]; then
		echo "Nothing new today." > "$directory/motd"
	fi
	chown root:root "$directory/motd"
	chmod 0644 "$directory/motd"
}

is_ready() (
	exec 2>/dev/null 3<> "/dev/tcp/127.0.0.1/$port"
	printf 'GET /actuator/health/readiness HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
	read -r status <&3
	[[ $status == *' 200'* ]]
)

# Ctrl-C reaches the application too; wait for its orderly end
run() {
	local status=0
	"$@" 8<&- 9<&- &
	child=$!
	trap 'kill -TERM "$child" 2>/dev/null || true' INT TERM HUP
	while kill -0 "$child" 2>/dev/null; do
		if is_ready 2>/dev/null; then
			echo "Ready: http://localhost:$port/ (Ctrl-C stops the demo)"
			break
		fi
		sleep 0.2
	done
	wait "$child" || status=$?
	while kill -0 "$child" 2>/dev/null; do
		status=0
		wait "$child" || status=$?
	done
	trap - INT TERM HUP
	# 130 and 143: ended by a signal, as asked
	[[ $status -eq 130 || $status -eq 143 ]] || return "$status"
}

run_as_root() {
	install_copy
	local jars=("$directory"/app/demo-app-*.jar)
	cat <<EOF
The application starts as root, starts its helpers and becomes user $app_id. It serves this machine alone;
from elsewhere: ssh -L $port:localhost:$port HOST. To see its processes: ps -o uid,pid,args -U 61001,61002,61003,61004
EOF
	cd "$directory"
	# after the drop none of these can be started: each end of one takes a spare
	local spares=() context
	for context in motd ports nobody; do
		spares+=("--privsep.contexts.$context.standby=3")
	done
	# setsid: after the drop it must not type into root's terminal;
	# no_new_privs: nor get rights back by a set-uid program
	run setsid setpriv --no-new-privs "$java" -XX:-UsePerfData "-Djava.io.tmpdir=$directory/tmp" -jar "${jars[0]}" \
		"--server.port=$port" \
		"--privsep.drop-root.user=$app_id" "--privsep.drop-root.group=$app_id" \
		"${spares[@]}" \
		"--privsep.contexts.motd.settings.file=$directory/motd"
	echo "Ended. Its files are in $directory; './demo.sh --clean' removes them."
}

run_unprivileged() {
	local work
	work=$(mktemp -d)
	remove+=("$work")
	mkdir "$work/tmp"
	echo "Nothing new today." > "$work/motd"
	cat <<EOF
NOT ROOT: the helpers of motd, ports and nobody are real processes, but have your rights. So the application
may write the file itself, and no helper may bind a low port; for that: sudo ./demo.sh
The helper of documents is REALLY CONFINED, because a sandbox needs no root.
The application serves this machine alone; from elsewhere: ssh -L $port:localhost:$port HOST
EOF
	run "$java" -XX:-UsePerfData "-Djava.io.tmpdir=$work/tmp" -jar "$jar" \
		"--server.port=$port" --privsep.mode=unprivileged \
		"--privsep.contexts.motd.settings.file=$work/motd"
}

case "${1:-}" in
	"") ;;
	--clean) clean; exit ;;
	--help | -h) usage; exit ;;
	*) misused "there is no '$1'" ;;
esac
[[ $# -eq 0 ]] || misused "the empty argument means nothing"
[[ $(uname -s) == Linux ]] || fail "the demo needs Linux"
trap 'rm -rf "${remove[@]}"; give_back' EXIT
# not before Maven has ended, which would go on to build
trap 'exit 143' TERM HUP
check_port
find_java
find_tools
lock_clone
[[ $EUID -ne 0 ]] || lock_directory
check_port_is_free
check_sandbox
build
if [[ $EUID -eq 0 ]]; then
	run_as_root
else
	run_unprivileged
fi

#!/usr/bin/env bash
#
# Soaks helpers: calls of all kinds, while helpers are killed. See usage() below.

set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/common.sh

usage() {
	cat <<'EOF'
Usage: benchmarks/soak.sh [--minutes <n>] [--jdk 17|25] [--results <directory>] | --help

Makes calls of all kinds for some minutes (1), while helpers are killed and stopped,
callers are interrupted, and the application context is stopped and started again. Writes
a table, soak.md, and a plot of the latency over time, soak.svg, into
benchmarks/target/soak, or where --results says. Ends with 1 if a call was lost without a
trace, or heap or descriptors have grown.

As root, helpers run as users 61251 and up from a copy under
/var/lib/privsep-bench-<pid>, which is removed at the end.
EOF
}

minutes=1
wanted=
results=benchmarks/target/soak
while [[ $# -gt 0 ]]; do
	case $1 in
		--minutes | --jdk | --results)
			[[ $# -gt 1 ]] || { usage >&2; exit 64; }
			case $1 in
				--minutes) minutes=$2 ;;
				--jdk) wanted=$2 ;;
				--results) results=$2 ;;
			esac
			shift 2 ;;
		--help | -h) usage; exit ;;
		*) usage >&2; exit 64 ;;
	esac
done
[[ $(uname -s) == Linux ]] || fail "the soak needs Linux"
require_maven
for version in ${wanted:-25 17}; do
	if build_jdk=$(find_jdk "$version"); then
		break
	fi
done
[[ -n $build_jdk || -n $wanted ]] || build_jdk=$(current_jdk) || true
[[ -n $build_jdk ]] || fail "there is no JDK ${wanted:-17 or newer} in JAVA_HOME, PATH or /usr/lib/jvm"
build
install_copy
options=(-Xms256m -Xmx512m -XX:+UseSerialGC)
[[ $(major_version "$build_jdk") -lt 24 ]] \
	|| options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
properties=(--spring.main.banner-mode=off --logging.level.root=error)
for each in standby=1 max-concurrency=4 queue-timeout=1s cancel-grace=500ms ping-interval=2s \
	restart.max-backoff=500ms user=61251 group=61251 capabilities=; do
	properties+=("--privsep.contexts.soak.$each")
done
[[ $EUID -eq 0 ]] || properties+=(--privsep.mode=unprivileged)
"$build_jdk/bin/java" "${options[@]}" -cp "$home/common/*:$home/application/*" \
	io.privsep.benchmarks.soak.SoakApplication "$minutes" "$(realpath -m "$results")" "${properties[@]}" &
end_with "$!"

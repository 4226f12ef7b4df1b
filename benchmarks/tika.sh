#!/usr/bin/env bash
#
# Compares Tika's parsers in a sandboxed context with Tika's fork parser. See usage() below.

set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/common.sh

usage() {
	cat <<'EOF'
Usage: benchmarks/tika.sh [--quick] [--jdk 17|25] [--results <directory>]
       benchmarks/tika.sh --docs | --help

Has the same documents parsed by Tika in a sandboxed context and by Tika's own fork
parser: throughput, latency, memory and start; what a hostile parser gets done; what a
document costs that takes all memory, or never ends. Takes six minutes, with --quick two,
and writes tika.md into benchmarks/target, with --quick into benchmarks/target/quick, or
where --results says.

--docs  measures nothing, but puts the results of the last full run into
        docs/performance.md

It needs bubblewrap ('bwrap'). As root it runs as user 61260, without any right, from a
copy under /var/lib/privsep-bench-<pid>, which is removed at the end.
EOF
}

update_docs() {
	local page=benchmarks/target/tika.md
	[[ -e $page ]] || fail "there are no results; run 'benchmarks/tika.sh' first"
	sed -i -e '/^<!-- tika -->$/,/^<!-- \/tika -->$/{//!d}' -e "/^<!-- tika -->\$/r $page" docs/performance.md
}

wanted=
results=
arguments=()
while [[ $# -gt 0 ]]; do
	case $1 in
		--quick) arguments+=("$1"); results=${results:-benchmarks/target/quick}; shift ;;
		--jdk | --results)
			[[ $# -gt 1 ]] || { usage >&2; exit 64; }
			case $1 in
				--jdk) wanted=$2 ;;
				--results) results=$2 ;;
			esac
			shift 2 ;;
		--docs) update_docs; exit ;;
		--help | -h) usage; exit ;;
		*) usage >&2; exit 64 ;;
	esac
done
[[ $(uname -s) == Linux ]] || fail "sandboxes need Linux"
require_maven
has bwrap || fail "'bwrap' is needed (Debian: apt-get install bubblewrap)"
for version in ${wanted:-25 17}; do
	if build_jdk=$(find_jdk "$version"); then
		break
	fi
done
[[ -n $build_jdk ]] || fail "there is no JDK ${wanted:-17 or 25} in JAVA_HOME, PATH or /usr/lib/jvm"
echo "Building ..." >&2
rm -rf benchmarks/tika/target/application
JAVA_HOME=$build_jdk mvn -q -B -ntp -DskipTests -Dcheckstyle.skip -Dspring-javaformat.skip package -Pbenchmarks -pl benchmarks/tika -am >&2

make_home
mkdir "$home/jars" "$home/tmp"
cp benchmarks/tika/target/application/*.jar benchmarks/tika/target/benchmarks-tika-*.jar "$home/jars"
chmod -R u=rwX,go=rX "$home"
as=()
if [[ $EUID -eq 0 ]]; then
	chown 61260:61260 "$home/tmp"
	as=(setpriv --reuid=61260 --regid=61260 --clear-groups --bounding-set=-all --inh-caps=-all)
fi
options=(-Xms256m -Xmx512m -XX:+UseSerialGC -XX:-UsePerfData "-Djava.io.tmpdir=$home/tmp")
[[ $(major_version "$build_jdk") -lt 24 ]] \
	|| options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
# a JVM that is not told takes what is in the directory in any order
class_path=$(printf '%s:' "$home"/jars/*.jar)
"${as[@]}" env "HOME=$home/tmp" BENCHMARK_SECRET=swordfish "$build_jdk/bin/java" "${options[@]}" \
	-cp "${class_path%:}" io.privsep.benchmarks.tika.TikaBenchmarks "$home/tmp" "${arguments[@]}" &
status=0
wait_for "$!" || status=$?
if [[ $status -eq 0 ]]; then
	mkdir -p "${results:=benchmarks/target}"
	cp "$home/tmp/tika.md" "$results"
fi
exit "$status"

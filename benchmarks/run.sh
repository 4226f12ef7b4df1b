#!/usr/bin/env bash
#
# Builds the benchmarks and runs them. See usage() below.

set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/common.sh

usage() {
	cat <<'EOF'
Usage: benchmarks/run.sh [--quick] [--row <name>] [--rounds <n>] [--minutes <n>] [--jdk 17|25]
       benchmarks/run.sh --report | --help

Compares calls of functions with floors and with other ways to do the same. A full run
takes up to 40 minutes and writes a page, latest.md, and a picture, latest.svg, to
benchmarks/results. The raw values, latest.json, and logs go to
benchmarks/target/results/full. A run of a part (--quick takes two to three minutes)
writes all of that to benchmarks/target/results.

--row      only rows of this name, which may have a *:
             <payload>-<callers>-<platform|virtual>-<pinned|unpinned>, such as
             'text-1-*-pinned', with the payloads text, record, list, 1KiB, 64KiB, 1MiB,
             3MiB and exception, and 1, 4, 8 or 64 callers;
             helper: start and memory of a helper; start: start of an application;
             growth: a call as contexts and functions get more; allocation: bytes that
             a call allocates; jmh: codecs and frames
--rounds   how often each row is measured, in alternation with all others
--minutes  when to stop, with what there is
--jdk      only this JDK; may be repeated
--report   measures nothing, but makes the page and the picture of the last full run anew
           from its raw values

As root it installs what it needs from Debian, and helpers run as users 61251 and up from
a copy under /var/lib/privsep-bench-<pid>, which is removed at the end. Not as root,
helpers have your own rights, and what is missing is left out and listed.
EOF
}

install_missing() {
	local packages=()
	has gcc || packages+=(gcc libc6-dev)
	has sudo || packages+=(sudo)
	has taskset || packages+=(util-linux)
	/usr/bin/python3 -c 'import oslo_privsep' 2>/dev/null || packages+=(python3-oslo.privsep)
	if [[ ${#packages[@]} -gt 0 && $EUID -eq 0 ]] && has apt-get; then
		apt-get update -q >&2 && apt-get install -y -q --no-install-recommends "${packages[@]}" >&2 || true
	fi
	has taskset || fail "'taskset' is needed; it is part of util-linux"
	has gcc || fail "'gcc' is needed for the floor (Debian: apt-get install gcc libc6-dev)"
}

# only what fits on a page is kept; the raw values stay behind
keep_page() {
	{
		printf '# Results\n\n%s\n\n' '[How to read the tables](../../docs/performance.md#how-to-read-the-tables)'
		cat "$full/latest.md"
		printf '\n![Latency and throughput by callers](latest.svg)\n'
	} > benchmarks/results/latest.md
	cp "$full/latest.svg" benchmarks/results
}

arguments=()
wanted=()
full=benchmarks/target/results/full
results=$full
report=
while [[ $# -gt 0 ]]; do
	case $1 in
		--quick) arguments+=("$1"); results=benchmarks/target/results; shift ;;
		--row | --rounds | --minutes)
			[[ $# -gt 1 ]] || { usage >&2; exit 64; }
			[[ $1 != --row ]] || results=benchmarks/target/results
			arguments+=("$1" "$2"); shift 2 ;;
		--jdk)
			[[ $# -gt 1 ]] || { usage >&2; exit 64; }
			wanted+=("$2"); shift 2 ;;
		--report) report=yes; shift ;;
		--help | -h) usage; exit ;;
		*) usage >&2; exit 64 ;;
	esac
done
[[ $(uname -s) == Linux ]] || fail "the benchmarks need Linux"
require_maven
build_jdk=
for version in "${wanted[@]:-17 25}"; do
	for each in $version; do
		if jdk=$(find_jdk "$each"); then
			arguments+=(--jdk "$jdk")
			build_jdk=${build_jdk:-$jdk}
		else
			echo "There is no JDK $each in JAVA_HOME, PATH or /usr/lib/jvm: left out" >&2
		fi
	done
done
[[ -n $build_jdk ]] || fail "a JDK 17 or 25 is needed"
if [[ -n $report ]]; then
	[[ -e $full/latest.json ]] || fail "there are no values of a full run in '$full'"
	build
	"$build_jdk/bin/java" -cp "benchmarks/target/benchmarks.jar:benchmarks/target/application/*:benchmarks/target/peers/*" \
		io.privsep.benchmarks.Benchmarks --report "$full"
	keep_page
	exit
fi
install_missing
build
install_copy
gcc -O2 -Wall -pthread -o "$home/floor" benchmarks/src/main/c/floor.c
"$build_jdk/bin/java" -XX:-UsePerfData -cp "$home/common/*:$home/application/*:$home/peers/*" \
	io.privsep.benchmarks.Benchmarks "$home" "$PWD/$results" "${arguments[@]}" &
wait_for "$!" || exit
[[ $results != "$full" ]] || keep_page

#!/usr/bin/env bash
#
# Builds everything and runs every test, on each JDK of 17 and 25 that is here.
# What could not be run is listed at the end; with CI=true that is a failure.

set -euo pipefail
cd "$(dirname "$0")"
. benchmarks/common.sh

oldest_boot=4.0.9
ran=()
skipped=()

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
	echo "Usage: ./verify.sh"
	echo "Builds everything and runs every test; as root also those that need other users."
	exit 0
elif [[ $# -gt 0 ]]; then
	echo "verify.sh takes no arguments but --help" >&2
	exit 64
fi

# what the tests need besides a JDK and Maven: a program or a file, and the Debian package with it
needed=(setpriv:util-linux bwrap:bubblewrap prlimit:util-linux setsid:util-linux script:bsdutils sudo:sudo visudo:sudo setfacl:acl
	mount:mount faketime:faketime logrotate:logrotate jq:jq chromium:chromium chromedriver:chromium-driver
	systemd-analyze:systemd systemd-socket-activate:systemd systemd-nspawn:systemd-container
	/usr/include/asm-generic/unistd.h:linux-libc-dev /usr/include/x86_64-linux-gnu/asm/unistd_64.h:linux-libc-dev)

is_there() {
	[[ $1 == /* && -e $1 ]] || has "$1"
}

# Without the rest of its package: that is a server, which would run from then on.
get_promtool() {
	[[ $EUID -eq 0 ]] && has apt-get && has dpkg-deb || return
	tools=$(mktemp -d)
	trap 'rm -rf "$tools"' EXIT
	(cd "$tools" && apt-get download -q prometheus && dpkg-deb -x prometheus_*.deb .) || return
	PATH=$PATH:$tools/usr/bin
}

install_missing() {
	local missing=() packages=() each
	for each in "${needed[@]}"; do
		is_there "${each%%:*}" || packages+=("${each##*:}")
	done
	if [[ ${#packages[@]} -gt 0 && $EUID -eq 0 ]] && has apt-get; then
		apt-get update -q && apt-get install -y -q --no-install-recommends "${packages[@]}" || true
	fi
	has promtool || get_promtool || true
	for each in "${needed[@]}" promtool:prometheus; do
		is_there "${each%%:*}" || missing+=("$each")
	done
	for each in "${missing[@]}"; do
		skipped+=("tests that need '${each%%:*}': it is missing (Debian: apt-get install ${each##*:})")
	done
}

verify() {
	local name=$1 home=$2
	shift 2
	printf '\n=== %s: mvn %s\n' "$name" "$*"
	# a build that fails ends the script here, through errexit
	JAVA_HOME=$home mvn -B -ntp "$@"
	ran+=("$name")
	# a test that skips itself says why in its report
	local reason
	while IFS= read -r reason; do
		skipped+=("$name: $reason")
	done < <(find . -path '*/target/*-reports/TEST-*.xml' -exec sed -n '/<skipped/s/.*\(Assumption failed: [^]]*\|message="[^"]*\).*/\1/p' {} + | sort | uniq -c)
	# nor has the report of a class that skips itself as a whole any test
	while IFS= read -r reason; do
		skipped+=("$name: all of $(basename "$reason" .xml)")
	done < <(find . -path '*/target/*-reports/TEST-*.xml' -exec grep -l '<testsuite .* tests="0"' {} +)
}

has mvn || fail "Maven ('mvn') is needed, 3.8.7 or later"
# elsewhere the results may be those of a run of one's own
[[ ${CI:-} != true || ! -e benchmarks/results/latest.md ]] || benchmarks/run.sh --check-docs
install_missing
[[ $EUID -eq 0 ]] || skipped+=("tests with other users and capabilities: not root")

jdk17=$(find_jdk 17) || skipped+=("everything on JDK 17: there is none in JAVA_HOME, PATH or /usr/lib/jvm")
jdk25=$(find_jdk 25) || skipped+=("everything on JDK 25, and static analysis: there is none in JAVA_HOME, PATH or /usr/lib/jvm")
current=
if [[ -z $jdk17$jdk25 ]]; then
	current=$(current_jdk) || fail "a JDK 17 or 25 is needed"
fi

if [[ -n $jdk25 ]]; then
	verify "JDK 25 with static analysis" "$jdk25" clean verify -Pstatic-analysis
fi
if [[ -n $jdk17 ]]; then
	# What no JDK changes was tested once: files that an installation writes, texts, a page in a
	# browser, commands in the documentation, the format of the code.
	once=()
	[[ -z $jdk25 ]] || once=(-DexcludedGroups=once -Dcheckstyle.skip -Dspring-javaformat.skip)
	verify "JDK 17" "$jdk17" clean verify "${once[@]}"
	printf '\n=== Fuzz tests: ./fuzz.sh --seconds 5\n'
	JAVA_HOME=$jdk17 ./fuzz.sh --seconds 5
	ran+=("Fuzz tests, 5 s each")
fi
if [[ -n $current ]]; then
	verify "JDK $(major_version "$current")" "$current" clean verify
fi
printf '\n=== Soak: benchmarks/soak.sh --minutes 1\n'
benchmarks/soak.sh --minutes 1
ran+=("Soak, 1 min")
printf '\n=== Benchmarks: mvn package -Pbenchmarks\n'
JAVA_HOME=${jdk17:-${jdk25:-$current}} mvn -q -B -ntp -DskipTests package -Pbenchmarks -pl benchmarks/tika -am
ran+=("Benchmarks, built")
# what differs from one Boot to the next are its classes, which only these packages use
verify "Spring Boot $oldest_boot" "${jdk17:-${jdk25:-$current}}" clean test \
	-pl privsep-spring-boot-autoconfigure,privsep-spring-boot-starter-test -am "-Dspring-boot.version=$oldest_boot" \
	'-Dtest=io.privsep.actuate.*Tests,io.privsep.advice.*Tests,io.privsep.autoconfigure.*Tests,io.privsep.test.**.*Tests,!*IntegrationTests' \
	-Dsurefire.failIfNoSpecifiedTests=false

printf '\nRun and green:\n'
printf '  %s\n' "${ran[@]}"
if [[ ${#skipped[@]} -gt 0 ]]; then
	printf '\nSKIPPED:\n'
	printf '  %s\n' "${skipped[@]}"
	if [[ ${CI:-} == true ]]; then
		echo "With CI=true nothing may be skipped" >&2
		exit 1
	fi
fi

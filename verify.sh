#!/usr/bin/env bash
#
# Builds all modules and runs the tests. See usage() below.

set -euo pipefail
cd "$(dirname "$0")"
. benchmarks/common.sh
# the users of helpers read what is built
umask 022

usage() {
	cat <<'USAGE'
Usage: ./verify.sh          builds all modules, and runs all unit tests and the integration
                            tests that a change is likely to break, on one JDK: up to 10
                            minutes on two idle cores
       ./verify.sh --full   runs every test there is on JDK 25, with static analysis; on
                            JDK 17, with the oldest Spring Boot, those that either is
                            likely to change; fuzzing and a soak: up to 40
       ./verify.sh --help

As root, it installs what the tests need (Debian: apt-get), and runs those that need other
users as well. It ends with a table of what ran and of what was skipped, and why; with
CI=true, it fails where anything was skipped.
USAGE
}

oldest_boot=4.0.9
full=
case "${1:-}" in
	"") ;;
	--full) full=1 ;;
	--help | -h) usage; exit ;;
	*) usage >&2; exit 64 ;;
esac
[[ $# -le 1 ]] || { usage >&2; exit 64; }

# Maven runs for too short a time to be worth the second compiler, or a collector with threads
export MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${MAVEN_OPTS:-}"
ran=()
skipped=()
began=$SECONDS
current_step=
tools=

finish() {
	local status=$?
	[[ -z $tools ]] || rm -rf "$tools"
	if [[ -n $current_step ]]; then
		printf '\nFAILED: %s, after %s minutes in all\n' "$current_step" "$(minutes $((SECONDS - began)))" >&2
		failed_tests >&2
	fi
	give_back
	exit "$status"
}

# prints the tests that have failed, of all reports that are there
failed_tests() {
	find . -path '*/target/*-reports/TEST-*.xml' -exec grep -h -B1 -E '<(failure|error)[ >]' {} + \
		| sed -n 's/.*<testcase name="\([^"]*\)" classname="\([^"]*\)".*/  \2.\1/p' | sort -u
}
trap finish EXIT

# what the tests need besides a JDK and Maven: a program or a file, and the Debian package with it
needed=(setpriv:util-linux /usr/bin/coreutils:rust-coreutils /usr/bin/busybox:busybox bwrap:bubblewrap prlimit:util-linux setsid:util-linux script:bsdutils sudo:sudo visudo:sudo setfacl:acl
	mount:mount faketime:faketime logrotate:logrotate jq:jq systemd-analyze:systemd systemd-socket-activate:systemd
	/usr/include/asm-generic/unistd.h:linux-libc-dev /usr/include/x86_64-linux-gnu/asm/unistd_64.h:linux-libc-dev)
[[ -z $full ]] || needed+=(chromium:chromium chromedriver:chromium-driver systemd-nspawn:systemd-container)

is_there() {
	[[ $1 == /* && -e $1 ]] || has "$1"
}

# Without the rest of its package: that is a server, which would run from then on.
get_promtool() {
	[[ $EUID -eq 0 ]] && has apt-get && has dpkg-deb || return
	tools=$(mktemp -d)
	(cd "$tools" && apt-get download -q prometheus && dpkg-deb -x prometheus_*.deb .) || return
	PATH=$PATH:$tools/usr/bin
}

install_missing() {
	local packages=() each
	for each in "${needed[@]}"; do
		is_there "${each%%:*}" || packages+=("${each##*:}")
	done
	if [[ ${#packages[@]} -gt 0 && $EUID -eq 0 ]] && has apt-get; then
		echo "Installing ${packages[*]} ..."
		apt-get update -q && apt-get install -y -q --no-install-recommends "${packages[@]}" || true
	fi
	[[ -z $full ]] || has promtool || get_promtool || true
	for each in "${needed[@]}" ${full:+promtool:prometheus}; do
		is_there "${each%%:*}" ||
			skipped+=("tests that need '${each%%:*}': it is missing (Debian: apt-get install ${each##*:})")
	done
}

# prints how many tests ran, of all reports that are there
count_tests() {
	find . -path '*/target/*-reports/TEST-*.xml' -exec sed -n \
		'/<testsuite /{s/.* tests="\([0-9]*\)".* skipped="\([0-9]*\)".*/\1 \2/p;q}' {} \; | awk '{ n += $1 - $2 } END { print n + 0 }'
}

# runs a step; one that fails ends the script here, through errexit
step() {
	local name=$1 start=$SECONDS tests=-
	shift
	current_step=$name
	printf '\n=== %s: %s\n' "$name" "$*"
	"$@"
	current_step=
	[[ $1 != maven ]] || tests=$(count_tests)
	ran+=("$(printf '%-58s %6s %8s' "$name" "$tests" "$(minutes $((SECONDS - start)))")")
}

minutes() {
	awk -v s="$1" 'BEGIN { printf "%.1f", s / 60 }'
}

# runs Maven with this JDK, and notes which tests skipped themselves
maven() {
	local home=$1 reason
	shift
	find . -path '*/target/*-reports' -prune -exec rm -r {} +
	JAVA_HOME=$home mvn -B -ntp "$@"
	while IFS= read -r reason; do
		skipped+=("$reason")
	done < <(find . -path '*/target/*-reports/TEST-*.xml' -exec sed -n '/<skipped/s/.*\(Assumption failed: [^]]*\|message="[^"]*\).*/\1/p' {} + \
		| sed 's/^Assumption failed: //;s/^message="//;s/^SKIPPED: //' | sort | uniq -c)
	# a class that skips itself as a whole, in an assumption before all tests, has a report without any
	while IFS= read -r reason; do
		reason=$(basename "$reason" .xml)
		skipped+=("all of ${reason#TEST-}: its report does not say why")
	done < <(find . -path '*/target/*-reports/TEST-*.xml' -exec grep -l '<testsuite .* tests="0"' {} +)
}

fuzz() {
	JAVA_HOME=$1 ./fuzz.sh --seconds 5
}

schedules() {
	JAVA_HOME=$1 ./schedules.sh --old-fault && JAVA_HOME=$1 ./schedules.sh --built --seconds 2 --scheduler pos
}

build_benchmarks() {
	JAVA_HOME=$1 mvn -q -B -ntp -DskipTests package -Pbenchmarks -pl benchmarks/tika -am
}

jdk17=$(find_jdk 17) || jdk17=
jdk25=$(find_jdk 25) || jdk25=
current=$(current_jdk) || current=${jdk17:-$jdk25}
[[ -n $current ]] || fail "a JDK 17 or later is needed (Debian: apt-get install openjdk-17-jdk-headless)"
JAVA_HOME=$current require_maven

# What a JDK and Spring Boot hardly change (files that an installation writes, texts, most of a page
# in a browser, commands in the documentation) has the tag 'once': of a full run, it is on JDK 25
# alone. What they may change, but takes long or needs more tools, has the tag 'full'. Tests with
# either tag are not in the short run. What is the same on each JDK and Spring Boot, and in the
# short run all the same, has the tag 'any-jdk'.
if [[ -z $full ]]; then
	echo "On JDK $(major_version "$current"): all unit tests and the integration tests that a change is likely to break."
	echo "This takes up to 10 minutes on two idle cores; './verify.sh --full' runs every test, in up to 40."
else
	echo "Every test, in up to 40 minutes on two idle cores:"
	echo "  JDK 25 with static analysis; schedules; the benchmarks' build; a soak; JDK 17 with Spring Boot $oldest_boot; fuzzing"
fi
install_missing
[[ $EUID -ne 0 ]] || unshare --mount true 2>/dev/null ||
	fail "as root, the tests mount file systems, which is forbidden here, as in a container; allow it (capability sys_admin), or run ./verify.sh as another user"
[[ $EUID -eq 0 ]] || skipped+=("tests with other users and capabilities: not root")

if [[ -z $full ]]; then
	step "JDK $(major_version "$current")" maven "$current" clean verify -DexcludedGroups=once,full
else
	[[ -n $jdk17 ]] || skipped+=("everything on JDK 17: there is none in JAVA_HOME, PATH or /usr/lib/jvm")
	[[ -n $jdk25 ]] || skipped+=("everything on JDK 25, and static analysis: there is none in JAVA_HOME, PATH or /usr/lib/jvm")
	if [[ -n $jdk25 ]]; then
		step "JDK 25 with static analysis" maven "$jdk25" clean verify -Pstatic-analysis
		if [[ $(uname -sm) == "Linux x86_64" ]]; then
			step "Schedules, 2 s each" schedules "$jdk25"
		else
			skipped+=("schedules: they need Linux on x86_64")
		fi
	else
		step "JDK $(major_version "$current")" maven "$current" clean verify
	fi
	# with the classes of this build, whose style was checked
	step "Benchmarks, built" build_benchmarks "${jdk25:-$current}"
	step "Soak, 1 minute" benchmarks/soak.sh --minutes 1
	oldest=${jdk17:-$current}
	step "JDK $(major_version "$oldest") with Spring Boot $oldest_boot" maven "$oldest" clean verify \
		"-Dspring-boot.version=$oldest_boot" -DexcludedGroups=once,any-jdk -Dcheckstyle.skip -Dspring-javaformat.skip
	step "Fuzz tests, 5 s each" fuzz "$oldest"
fi

printf '\n%-58s %6s %8s\n' "Ran, and is green" tests minutes
printf '%s\n' "${ran[@]}"
printf '%-58s %6s %8s\n' "all" "" "$(minutes $((SECONDS - began)))"
if [[ ${#skipped[@]} -gt 0 ]]; then
	printf '\nSKIPPED:\n'
	printf '  %s\n' "${skipped[@]}"
	if [[ ${CI:-} == true ]]; then
		echo "With CI=true nothing may be skipped" >&2
		exit 1
	fi
fi
[[ -n $full ]] || printf '\nNot run: tests tagged "once" or "full", the second JDK, static analysis, fuzzing, soak, Spring Boot %s (./verify.sh --full)\n' "$oldest_boot"

#!/usr/bin/env bash
#
# Tries orders of the product's threads, with Fray (https://github.com/cmu-pasta/fray), on
# JDK 25. All that is written stays below schedules/target/.

set -euo pipefail
cd "$(dirname "$0")"
. benchmarks/common.sh

usage() {
	cat <<'USAGE'
Usage: ./schedules.sh [--seconds N] [--seed N] [--scheduler random|pos] [--built] [scenario]
Runs schedules of each scenario for N seconds (10) with each scheduler, or of just one. A
schedule that breaks a promise is printed with its seed:
  ./schedules.sh --seed N --scheduler S scenario      runs that schedule again, first
  ./schedules.sh --list                               prints the scenarios
  ./schedules.sh --old-fault                          brings back an old fault, and fails
                                                      unless it is found
With --built, what the last run has built is taken.
USAGE
}

seconds=10
seed=
schedulers=(random pos)
wanted=
list=
old_fault=
built=
number() {
	[[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number"
}
while [[ $# -gt 0 ]]; do
	case $1 in
		--help | -h) usage; exit ;;
		--list) list=1; shift ;;
		--built) built=1; shift ;;
		--old-fault) old_fault=1; wanted=connectionQueueEnd; schedulers=(pos); seed=1; seconds=60; shift ;;
		--seconds) number "$@"; seconds=$2; shift 2 ;;
		--seed) number "$@"; seed=$2; shift 2 ;;
		--scheduler)
			[[ ${2:-} == random || ${2:-} == pos ]] || { usage >&2; exit 64; }
			schedulers=("$2")
			shift 2
			;;
		-*) usage >&2; exit 64 ;;
		*)
			[[ -z $wanted ]] || { usage >&2; exit 64; }
			wanted=$1
			shift
			;;
	esac
done

[[ $(uname -sm) == "Linux x86_64" ]] || fail "Fray needs Linux on x86_64"
jdk=$(find_jdk 25) || fail "Fray needs a JDK 25"
target=$PWD/schedules/target
lib=$target/lib
rm -rf "$target/report"
if [[ -n $built ]]; then
	compgen -G "$lib/fray-core-*.jar" >/dev/null || fail "nothing is built yet: run it without --built"
else
	rm -rf "$lib"
	JAVA_HOME=$jdk mvn -B -ntp -q package -Pschedules -pl schedules -am -DskipTests
fi

# the JDK whose classes Fray has in its hands
if [[ ! -x $target/jdk/bin/java || $(cat "$target/jdk.of" 2>/dev/null) != "$jdk $(ls "$lib"/fray-core-*.jar)" ]]; then
	echo "Making the JDK for schedules ..."
	rm -rf "$target/jdk"
	jars=$(ls "$lib"/{annotations,asm,fray-instrumentation-base,fray-instrumentation-jdk,fray-runtime,kotlin,kotlinx}*.jar | paste -sd:)
	"$jdk/bin/jlink" "-J-javaagent:$(ls "$lib"/fray-instrumentation-jdk-*.jar)" "-J--module-path=$jars" \
		-J--add-modules=org.pastalab.fray.instrumentation.jdk "-J--class-path=$jars" "--output=$target/jdk" \
		--add-modules=java.se,jdk.unsupported,jdk.management,jdk.zipfs,jdk.net --fray-instrumentation >"$target/jlink.log" 2>&1 ||
		{ cat "$target/jlink.log" >&2; fail "jlink failed"; }
	mkdir -p "$target/jvmti"
	(cd "$target/jvmti" && "$jdk/bin/jar" xf "$lib"/fray-jvmti-linux-x8664-*.jar)
	echo "$jdk $(ls "$lib"/fray-core-*.jar)" >"$target/jdk.of"
fi

# Fray 0.9.2 loses count of ReentrantLock.tryLock(time), so that it sees deadlocks where there
# are none: here, a write waits for another without a limit
source=privsep-client/src/main/java/io/privsep/connection/FrameOutput.java
rm -rf "$target/patched"
mkdir -p "$target/patched"
sed 's/return this.lock.tryLock(.*TimeUnit.NANOSECONDS);/this.lock.lockInterruptibly(); return true;/' "$source" >"$target/FrameOutput.java"
! cmp -s "$source" "$target/FrameOutput.java" || fail "$source has no tryLock with a time any more"
patched=("$target/FrameOutput.java")
if [[ -n $old_fault ]]; then
	# calls are declared unsent while another thread may still send them
	source=privsep-client/src/main/java/io/privsep/connection/Connection.java
	sed '/^\t\t\tstopOutput();$/{N;N;s/\(.*\)\n\(.*\)\n\(.*loseAll(.*\)/\3\n\2\n\1/}' "$source" >"$target/Connection.java"
	! cmp -s "$source" "$target/Connection.java" || fail "$source does not stop its output just before calls are lost any more"
	patched+=("$target/Connection.java")
fi
"$jdk/bin/javac" --release 17 -nowarn -d "$target/patched" -cp "$(ls "$lib"/*.jar | paste -sd:)" "${patched[@]}"

classpath=$target/patched:$target/classes:$(ls "$lib"/*.jar | grep -v -e jvmti -e instrumentation-agent | paste -sd:)
run() {
	local quick=()
	# so few schedules are not worth the second compiler
	[[ $seconds -gt 10 ]] || quick=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
	# a JVM prints what its threads do when it gets this signal
	timeout -s QUIT -k 10 $((seconds + 120)) "$target/jdk/bin/java" "${quick[@]}" "-javaagent:$(ls "$lib"/fray-instrumentation-agent-*.jar)" \
		"-agentpath:$target/jvmti/libjvmti.so" --enable-native-access=ALL-UNNAMED -Xmx1g \
		-cp "$classpath" io.privsep.schedules.Schedules "$@"
}

if [[ -n $list ]]; then
	"$jdk/bin/java" -cp "$classpath" io.privsep.schedules.Schedules list
	exit
fi
scenarios=("$wanted")
[[ -n $wanted ]] || mapfile -t scenarios < <("$jdk/bin/java" -cp "$classpath" io.privsep.schedules.Schedules list)
failed=()
# A run without a result, as Fray itself has failed or is stuck, is made once more, with the same
# seed and so the same schedules, and more time, to get as far. No result twice is a failure.
try() {
	local scenario=$1 scheduler=$2 first=${seed:-$((RANDOM * 32768 + RANDOM + 1))} log=$target/$1-$2.log code
	local seconds=$seconds
	for _ in 1 2; do
		rm -rf "$target/report/$scenario-$scheduler"
		code=0
		run "$scenario" 2000000000 "$seconds" "$scheduler" "$first" "$target/report/$scenario-$scheduler" >"$log" 2>&1 || code=$?
		# Fray has a say in the exit code
		if grep -h "^$scenario, " "$log"; then
			grep -q "^$scenario, .*, ok\$" "$log" || touch "$log.failed"
			return
		fi
		echo "$scenario, $scheduler, first seed $first: no result, exit code $code; the end of its log:"
		grep -a -v -e '^Iterations' -e 'Fray Testing:' -e '^Report is available' "$log" | tail -n 100 | sed 's/^/  /' || true
		cp "$log" "$log.first"
		seconds=$((seconds * 3))
	done
	touch "$log.failed"
}
rm -f "$target"/*.failed
count=0
for scenario in "${scenarios[@]}"; do
	for scheduler in "${schedulers[@]}"; do
		try "$scenario" "$scheduler" &
		((++count % 2)) || wait
	done
done
wait
for log in "$target"/*.failed; do
	[[ ! -e $log ]] || failed+=("${log%.failed}")
done
if [[ -n $old_fault ]]; then
	grep -qs "^$wanted, .*FAILED" "$target/$wanted-pos.log" || fail "the old fault was not found"
	echo "The old fault was found, as it should be"
elif [[ ${#failed[@]} -gt 0 ]]; then
	printf 'FAILED: %s\n' "${failed[@]}" >&2
	exit 1
fi

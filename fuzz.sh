#!/usr/bin/env bash
#
# Fuzzes whatever reads what the other process sent. Each finding is a failure; its
# input and log, and all else that is written, stay below target/.

set -euo pipefail
cd "$(dirname "$0")"

module=privsep-core
seconds=10
wanted=

usage() {
	echo "Usage: ./fuzz.sh [--seconds N] [target]"
	echo "Fuzzes each target for N seconds (10), or just those with 'target' in their names:"
	targets | sed 's/^/  /'
}

# prints each fuzz test as Class.method, the class with its package
targets() {
	local file class
	find "$module/src/test/java" -name '*FuzzTests.java' | sort | while IFS= read -r file; do
		class=${file#"$module/src/test/java/"}
		class=${class%.java}
		sed -n "/@FuzzTest/{n;s/^.* \([A-Za-z]*\)(.*/${class//\//.}.\1/p}" "$file"
	done
}

while [[ $# -gt 0 ]]; do
	case $1 in
		--help | -h)
			usage
			exit 0
			;;
		--seconds)
			[[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "--seconds needs a number" >&2; exit 64; }
			seconds=$2
			shift 2
			;;
		-*)
			usage >&2
			exit 64
			;;
		*)
			[[ -z $wanted ]] || { usage >&2; exit 64; }
			wanted=$1
			shift
			;;
	esac
done

java=java
[[ -z ${JAVA_HOME:-} ]] || java=$JAVA_HOME/bin/java
out=$PWD/$module/target/fuzz
mkdir -p "$out"
mvn -B -ntp -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath" -pl "$module"
classpath=$PWD/$module/target/test-classes:$PWD/$module/target/classes:$(<"$out/classpath")

# one JVM for each, as the fuzzer wants it; what it finds out lies in its working directory
# and is where it goes on the next time
fuzz() {
	local target=$1 directory=$out/$1
	mkdir -p "$directory"
	# an input that takes 10 s is a finding, and so is one that takes half a gigabyte
	if (cd "$directory" && "$java" -Xmx512m -cp "$classpath" com.code_intelligence.jazzer.Jazzer \
		--target_class="${target%.*}" --target_method="${target##*.}" \
		-max_total_time="$seconds" -timeout=10) >"$directory/log" 2>&1; then
		sed -n "s/^Done \([0-9]* runs\).*/$target: \1/p" "$directory/log"
		return
	fi
	echo "$target: FOUND" >&2
	sed -n '/^== /,$p' "$directory/log" >&2
	echo "The log is '$directory/log'; once the input is in the directory of the test's seeds" >&2
	echo "(src/test/resources/.../${target%.*}Inputs), each build runs it" >&2
	return 1
}

# two at a time
found=0 run=0 first=
for target in $(targets); do
	if [[ $target == *"$wanted"* ]]; then
		run=$((run + 1))
		fuzz "$target" &
		if [[ -z $first ]]; then
			first=$!
			continue
		fi
		wait "$first" || found=$((found + 1))
		first=$!
	fi
done
[[ -z $first ]] || wait "$first" || found=$((found + 1))
if [[ $run -eq 0 ]]; then
	echo "There is no fuzz test '$wanted'" >&2
	exit 64
fi
[[ $found -eq 0 ]] || exit 1

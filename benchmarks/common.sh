# What the scripts here, demo.sh, schedules.sh and verify.sh share; to be sourced in the
# directory of the clone.

clone=$PWD

fail() {
	echo "${0##*/}: $*" >&2
	exit 1
}

has() {
	command -v "$1" >/dev/null
}

# Maven without a version that can be read is left to the enforcer.
require_maven() {
	local output
	has mvn || fail "Maven ('mvn') is needed, 3.8.7 or later (Debian: apt-get install maven)"
	output=$(MAVEN_OPTS="-XX:-UsePerfData ${MAVEN_OPTS:-}" mvn -B -v 2>/dev/null) || return 0
	[[ $output =~ 'Apache Maven '([0-9]+)\.([0-9]+)(\.([0-9]+))? ]] || return 0
	local version=$((10#${BASH_REMATCH[1]} * 1000000 + 10#${BASH_REMATCH[2]} * 1000 + 10#${BASH_REMATCH[4]:-0}))
	[[ $version -ge 3008007 ]] || fail "Maven 3.8.7 or later is needed; this is ${BASH_REMATCH[0]#Apache Maven }"
}

# After sudo, what root has built in the clone of another user becomes that user's, who could
# neither build nor clean otherwise. Links are not followed.
give_back() {
	[[ $EUID -eq 0 && ${SUDO_UID:-0} != 0 && $(stat -c %u "$clone") == "$SUDO_UID" ]] || return 0
	find "$clone" -type d -name target -prune -exec chown -hR --reference="$clone" {} + ||
		echo "${0##*/}: some of what was built stays root's" >&2
}

major_version() {
	sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

# prints the home of a JDK (one with a compiler) of this major version
find_jdk() {
	local candidates=("${JAVA_HOME:-}" /usr/lib/jvm/*) home
	has javac && candidates+=("$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")")
	for home in "${candidates[@]}"; do
		if [[ -n $home && -x $home/bin/java && -x $home/bin/javac && $(major_version "$home") == "$1" ]]; then
			readlink -f "$home"
			return
		fi
	done
	return 1
}

# prints the home of the JDK of JAVA_HOME or PATH, whatever its version
current_jdk() {
	if [[ -n ${JAVA_HOME:-} ]]; then
		echo "$JAVA_HOME"
	else
		has javac && dirname "$(dirname "$(readlink -f "$(command -v javac)")")"
	fi
}

build() {
	echo "Building ..." >&2
	# of an earlier build there may be other jars
	rm -rf benchmarks/target/{application,peers,web}
	JAVA_HOME=$build_jdk mvn -q -B -ntp -DskipTests -Dcheckstyle.skip -Dspring-javaformat.skip package -Pbenchmarks -pl benchmarks -am >&2
}

# a directory for what is run: other users can read it, and nobody but root can change it
make_home() {
	if [[ $EUID -eq 0 ]]; then
		umask 022
		home=/var/lib/privsep-bench-$$
		mkdir -m 0755 "$home"
	else
		home=$(mktemp -d)
	fi
	trap 'rm -rf --one-file-system "$home"; give_back' EXIT
}

# what the subjects run from
install_copy() {
	make_home
	cp -r benchmarks/target/{application,peers,web} "$home"
	# the class paths of applications that have no starter; Jackson comes with the web, too
	mkdir "$home/common" "$home/tmp" "$home/without-starter" "$home/web-without-starter"
	cp "$home"/application/*.jar "$home/without-starter"
	rm "$home"/without-starter/{privsep,jffi,jackson,spring-boot-starter}-*.jar
	cp "$home"/web/*.jar "$home"/without-starter/*.jar \
		"$home"/application/jackson-{annotations,core,databind}-*.jar "$home/web-without-starter"
	mv "$home"/application/HdrHistogram-*.jar "$home/common"
	cp benchmarks/target/benchmarks.jar "$home/common"
	cp benchmarks/src/main/python/*.py "$home"
	chmod -R u=rwX,go=rX "$home"
}

# waits for this child, and passes on to it what would end this one; the copy is removed
# only after it
wait_for() {
	local child=$1 status=0
	# the subjects end with their input, and their helpers with them
	trap 'kill "$child" 2>/dev/null || true' INT TERM HUP
	wait "$child" || status=$?
	# a signal ends the wait and not the child
	while kill -0 "$child" 2>/dev/null; do
		wait "$child" || status=$?
	done
	return "$status"
}

# ends as this child does
end_with() {
	local status=0
	wait_for "$1" || status=$?
	exit "$status"
}

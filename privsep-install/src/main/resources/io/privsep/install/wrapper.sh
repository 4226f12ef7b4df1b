#!/bin/sh -p
# Starts the helper of context '@context@' of application '@application@'. It was written by
# the installation with everything in it that there is to choose: its caller
# gives it the connection, as its standard input, and nothing else.
set -euf
[ $# -eq 0 ] || { echo 'privsep: this program takes no arguments' >&2; exit 64; }
cd /
umask 077
# Those of 'systemctl stop' and Ctrl-C: the application still needs its helper then, which ends
# with its connection. Programs that are started from here ignore them, too.
trap '' HUP INT TERM
# The caller's would have each timed wait of the helper last as long as the caller likes.
[ ! -w /proc/self/timerslack_ns ] || echo 50000 > /proc/self/timerslack_ns
PATH=@path@ LC_ALL=C
export PATH LC_ALL
IFS='
'

release=@release@
java=@java@
jvm=@jvm@
libraries=@libraries@
more=@more@

refuse() {
	printf 'privsep: %s; refusing to start\n' "$1" >&2
	exit 78
}

[ -d "$jvm" ] ||
	refuse "there is no JVM in '$jvm' any more, as after an update; install again, if need be with '--java <program>'"

# It takes its files from beside its program, after all links. Nobody has looked at these yet.
home=$(readlink -f -- "$java" < /dev/null) || refuse "'$java' leads nowhere"
home=${home%/*}
case $home in
	*"$IFS"*) refuse "'$java' leads to a name that cannot be looked at" ;;
	/*/bin) home=${home%/bin} ;;
	*) refuse "'$java' leads to no directory 'bin' of a JVM" ;;
esac
set -- "$jvm"
[ "$(readlink -f -- "$jvm" < /dev/null && echo .)" = "$home
." ] || set -- "$jvm" "$home"

# Where env(1) cannot have signals not ignored any more: all that are allowed are those above,
# and others that the JVM has handlers for or that stop a process.
if [ -n @signals@ ]; then
	ignored=x
	while read -r line; do
		case $line in
			SigIgn:*) ignored=${line##*[!0-9a-f]} ;;
		esac
	done < /proc/self/status
	[ $((0x$ignored & ~0x181385007)) -eq 0 ] || refuse "its caller has it ignore signals ($ignored)"
fi

# Before any of it runs: nobody but root may be able to change a file in the release, in the
# JVM or of its options, also where a link leads to it.
bad=$(find -L "$release" "$@" $more ! -type l '(' ! -uid 0 -o -perm /022 ')' -print -quit < /dev/null) ||
	refuse 'its files cannot be checked'
[ -z "$bad" ] || refuse "someone other than root could change '$bad'"

# Nor may anybody put something else in their place. The installation makes no links, and
# those of a JVM are followed as the system does it, one step at a time.
link=$(find "$release" -type l -print -quit < /dev/null) || refuse 'its links cannot be checked'
[ -z "$link" ] || refuse "'$link' is a link, which was not installed"
links=$(find -L "$@" $more -xtype l -print < /dev/null) || refuse 'the links of the JVM cannot be checked'

seen='
/
'
# A path, and where it leads if it is a link and that is known.
walk() {
	rest=${1#/} known=${2:-} at='' steps=0
	while [ -n "$rest" ]; do
		name=${rest%%/*}
		case $rest in
			*/*) rest=${rest#*/} ;;
			*) rest='' ;;
		esac
		case $name in
			'' | .) continue ;;
			..) at=${at%/*}; continue ;;
		esac
		if [ -L "$at/$name" ]; then
			steps=$((steps + 1))
			[ "$steps" -le 40 ] || refuse "'$1' is a link without an end"
			if [ -z "$rest" ] && [ -n "$known" ]; then
				target=$known known=''
			else
				target=$(readlink -- "$at/$name" < /dev/null) || refuse "'$at/$name' cannot be read"
			fi
			case $target in /*) at='' ;; esac
			rest=$target/$rest
		elif [ -e "$at/$name" ]; then
			at=$at/$name
			case $seen in
				*"
$at
"*) ;;
				*) seen="$seen$at
" ;;
			esac
		else
			return 0
		fi
	done
}
walk "$release"
walk "$jvm"
walk "$home"
# musl's JVMs add that to the places of all libraries
[ -z @musl@ ] || walk "${home%/*}/lib"
for path in $more $libraries; do
	walk "$path"
done
set -- $links
if [ $# -gt 0 ]; then
	targets=$(readlink -- "$@" < /dev/null) || refuse 'the links of the JVM cannot be read'
	for target in $targets; do
		walk "$1" "$target"
		shift
	done
	[ $# -eq 0 ] || refuse 'the links of the JVM cannot be read'
fi
rights=$(stat -c '%u %04a %n' -- $seen < /dev/null) || refuse 'the directories of its files cannot be checked'
for right in $rights; do
	case $right in
		'0 '[0-7][0-7][0145][0145]' '*) ;;
		*)
			[ ! -d "${right#* * }" ] || refuse "someone other than root could change what is in '${right#* * }'"
			refuse "someone other than root could change '${right#* * }'"
			;;
	esac
done

# What is there is root's. A script would start another JVM, and so might the launcher, which
# takes one from 'jre' or from a path in jvm.cfg; a libjvm that is a link would take the rest
# of its files from where that leads.
first=''
read -r first < "$java" || :
case $first in
	"$(printf '\177ELF')"*) ;;
	*) refuse "'$java' is a script, and it is not known which JVM runs" ;;
esac
for part in libjava.so jvm.cfg; do
	[ -e "$home/lib/$part" ] || refuse "there is no '$home/lib/$part', and it is not known which JVM runs"
done
while read -r line; do
	case $line in
		-*/*) refuse "'$home/lib/jvm.cfg' has a path, and it is not known which JVM runs" ;;
	esac
done < "$home/lib/jvm.cfg"
machines=$(find -L "$home/lib" -mindepth 2 -maxdepth 2 -name libjvm.so -print < /dev/null) ||
	refuse "there is no JVM in '$home'"
for machine in ${machines:-"$home/lib/server/libjvm.so"}; do
	[ -e "$machine" ] && [ "$(readlink -f -- "$machine" < /dev/null)" = "$machine" ] ||
		refuse "'$machine' leads elsewhere, and it is not known which JVM runs"
done

# What its sandbox has of the system: nobody but root and its own user may put something else
# in the place of that.
paths=@paths@
for path in $paths; do
	seen='
/
'
	walk "$path"
	[ "$at" = "$path" ] || refuse "'$path' is not where it was installed"
	rights=$(stat -c '%u %04a %n' -- $seen < /dev/null) || refuse "what is on the way to '$path' cannot be checked"
	for right in $rights; do
		case $right in
			'0 '[0-7][0-7][0145][0145]' '* | '@user@ '[0-7][0-7][0145][0145]' '*) ;;
			*)
				[ "${right#* * }" = "$at" ] ||
					refuse "someone other than root could put something else in the place of '$path'"
				;;
		esac
	done
done

# A sandbox has to be another place than this one.
outside=@outside@

exec @command@

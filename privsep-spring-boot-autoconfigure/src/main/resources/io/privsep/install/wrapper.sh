#!/bin/sh -p
# Starts the helper of context '@context@' of application '@application@'. It was written by
# the installation with everything in it that there is to choose: whoever may run this
# can give it the connection, as its standard input, and nothing else.
set -euf
[ $# -eq 0 ] || { echo 'privsep: this program takes no arguments' >&2; exit 64; }
cd /
umask 077
PATH=@path@ LC_ALL=C
export PATH LC_ALL
IFS='
'

release=@release@
jvm=@jvm@

refuse() {
	printf 'privsep: %s; refusing to start\n' "$1" >&2
	exit 78
}

# Before any of it runs: nobody but root may be able to change a file in the release or in
# the JVM, also where a link leads to it.
bad=$(find -L "$release" "$jvm" ! -type l '(' ! -uid 0 -o -perm /022 ')' -print -quit < /dev/null) ||
	refuse 'its files cannot be checked'
[ -z "$bad" ] || refuse "someone other than root could change '$bad'"

# Nor may anybody put something else in their place, from any directory above them.
links=$(find "$release" "$jvm" -type l -exec readlink -m -- {} + < /dev/null) ||
	refuse 'the links of its files cannot be checked'
above='
'
for path in "$release" "$jvm" $links; do
	while [ "$path" != / ]; do
		path=${path%/*}
		path=${path:-/}
		case $above in *"
$path
"*) break ;; esac
		[ ! -e "$path" ] || above="$above$path
"
	done
done
rights=$(stat -c '%u %04a %n' -- $above < /dev/null) || refuse 'the directories of its files cannot be checked'
for right in $rights; do
	case $right in
		'0 '[0-7][0-7][0145][0145]' '*) ;;
		*) refuse "someone other than root could change what is in '${right#* * }'" ;;
	esac
done

exec @words@

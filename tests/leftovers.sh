#!/bin/bash
# leftovers.sh FOLDER... - removes what a test JVM that is gone left on the machine.
#
# The test kit (Leftovers.java) records what it makes before it makes it, in a folder PID-STARTTIME: a
# file per thing, called KIND:NAME, the name again inside. Nothing is removed that is not recorded.
# A JVM that lives keeps its own, unless it is the one that asks.
set -uo pipefail
trap '' INT TERM HUP # begun by the same signal that ended the tests, and by the next one not ended

# In /proc/PID/stat what follows the name, which may have blanks in it, starts with field 3.
start_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

lives() {
    local pid=${1%-*} start=${1#*-}
    [ "$pid" != "$PPID" ] && [ "$(start_of "$pid")" = "$start" ]
}

# The names on record of one kind.
names() { cat "$1/$2:"* 2>/dev/null; }

# Ends what runs inside a namespace. What was killed is gone when it is no longer listed.
end_inside() {
    local pids try
    for try in {1..200}; do
        pids=$(ip netns pids "$1" 2>/dev/null)
        [ -n "$pids" ] || return 0
        [ "$try" -gt 1 ] || kill -KILL $pids 2>/dev/null
        sleep 0.05
    done
}

remove() {
    local folder=$1 name
    # All processes first: they hold each other's namespaces, and files of a bpffs.
    while read -r name; do
        [ -e "/run/netns/$name" ] && end_inside "$name"
    done < <(names "$folder" netns)
    while read -r name; do
        [ ! -e "/run/netns/$name" ] || ip netns delete "$name"
    done < <(names "$folder" netns)
    while read -r name; do
        ! mountpoint -q "$name" || umount "$name" || umount --lazy "$name"
        [ ! -d "$name" ] || rmdir "$name"
    done < <(names "$folder" bpffs)
    rm -rf "$folder"
}

for folder in "$@"; do
    [[ $(basename "$folder") =~ ^[0-9]+-[0-9]+$ ]] && [ -d "$folder" ] || continue
    lives "$(basename "$folder")" || remove "$folder"
done

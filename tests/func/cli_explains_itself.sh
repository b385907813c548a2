#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Help, hints, versions, and output that is fit for pipes and terminals.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

ingot --help
expect_text stdout '^usage: ingot '
sed -n 's/^  \([a-z-]\{1,\}\) .*/\1/p' stdout | grep -v '^ingot$' >commands
[ "$(wc -l <commands)" -ge 6 ] || fail "commands: $(cat commands)"

# help_of WORD... - "WORD... --help" is complete; its commands to "subs"
help_of() {
	ingot "$@" --help
	[ ! -s stderr ] || fail "$*: --help writes to standard error"
	expect_text stdout "^usage: ingot $*( |$)"
	expect_text stdout '^Examples?:$'
	expect_text stdout "^  ingot $*"
	expect_text stdout '  -h, --help '
	expect_no_text stdout '.{101}'
	mv stdout "help.${*// /-}"
	expect_status 0 "$INGOT" "$@" -h
	expect_same stdout "help.${*// /-}"
	sed -n '/^Commands:/,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p' stdout >subs
}

: >missing
while read -r command; do
	(help_of "$command") 2>>missing || continue
	sed -n '/^Commands:/,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p' \
		"help.$command" >subs
	while read -r sub; do
		(help_of "$command" "$sub") 2>>missing || :
	done <subs
done <commands
if [ -s missing ]; then
	cat missing >&2
	fail "help is not complete"
fi
ok "every command has help and an example"

expect_status 2 "$INGOT"
usage "unknown command 'biuld', did you mean 'build'" biuld
usage "unknown command 'frobnicate'" frobnicate
expect_text stderr "^'ingot --help' explains"
usage "unknown command 'improt', did you mean 'import'" cache improt x
expect_text stderr "^'ingot cache --help' explains"
usage "ingot cache --help" cache
usage "unknown option '--ofline', did you mean '--offline'" build --ofline x
usage "unknown option '-Z'" build -Z x
usage "option '--cache' wants a value" version --cache
usage "one word too many" version now
usage "one word too many" cache ls now
usage "nothing to import" cache import
usage "no image given" cache rm
usage "give one image" cache export
usage "keep-days takes a number" cache gc --keep-days soon
usage "keep-days takes a number" cache gc --keep-days -1
usage "no image or spec" run
expect_missing cache
ok "hints for unknown words; a usage error makes no cache"

ingot version
expect_text stdout '^ingot [0-9]+\.[0-9]+\.[0-9]+'
mv stdout version
ingot --version
expect_same stdout version
ingot formats
expect_text stdout '^tar '
expect_text stdout 'kernel\+initrd '

import_images --set basic
[ ! -s stdout ] || [ "$(wc -l <stdout)" -gt 1 ] || fail "cache import -q"
web_spec web.yml
ingot -q build --format tar,kernel+initrd web.yml
[ ! -s stdout ] || fail "-q build: something on standard output"
[ ! -s stderr ] || fail "-q build is not silent"
ingot build -q --output - web.yml
expect_same stdout web.tar
[ ! -s stderr ] || fail "-q build to standard output is not silent"
ok "-q says nothing"

# Standard output that is full, closed or a pipe that nobody reads.
for command in "cache ls" "version" "--help" "build --help" "build -o - web.yml"
do
	read -ra words <<<"$command"
	got=0
	"$INGOT" "${words[@]}" >/dev/full 2>stderr || got=$?
	[ $got = 1 ] || fail "$command >/dev/full: status $got"
	expect_text stderr 'No space left on device'
	got=0
	"$INGOT" "${words[@]}" >&- 2>stderr || got=$?
	[ $got = 1 ] || fail "$command with stdout closed: status $got"
	expect_text stderr 'Bad file descriptor'
done
mkfifo pipe
for command in "build -o - web.yml" "cache export test/big:v1"; do
	read -ra words <<<"$command"
	head -c 1 <pipe >/dev/null &
	got=0
	"$INGOT" "${words[@]}" >pipe 2>stderr || got=$?
	wait
	# What fits into the pipe is written before the reader goes.
	case $command,$got in
	*,1) expect_text stderr 'Broken pipe' ;;
	build*,0) ;;
	*) fail "$command to a pipe that closes: status $got" ;;
	esac
done
got=0
"$INGOT" build -f tar web.yml <&- >&- 2>&- || got=$?
[ $got = 0 ] || fail "all standard streams closed: status $got"
tar -tf web.tar >/dev/null 2>&1 || fail "web.tar is damaged"
ingot cache verify
expect_text stdout ' 0 damaged'
ok "standard output that fails is an error"

# Nothing for terminals when there is none; nothing hostile ever.
rm -rf cache
expect_status 0 "$INGOT" cache import layout
cat stdout stderr >said
ingot -v build --format tar web.yml
cat stdout stderr >>said
esc=$(printf 'no\033[31m\302\233\a.yml')
expect_status 1 "$INGOT" build "$esc"
cat stderr >>said
expect_status 1 "$INGOT" cache import "$esc"
cat stderr >>said
expect_status 2 "$INGOT" "$esc"
cat stderr >>said
expect_status 2 "$INGOT" build --format "$esc" web.yml
cat stderr >>said
tr -d '\n\40-\176' <said >odd
[ ! -s odd ] || fail "control characters: $(od -c odd | head -n 3)"
ok "no control characters"

# SPDX-License-Identifier: Apache-2.0
"""Every command has a man page, with the options that --help shows."""
import os
import re
import shutil
import subprocess

from common import end, skip, text, walk

MAN = "docs/man"
GLOBAL = {"cache", "quiet", "verbose", "help"}


def help_of(ingot, *words):
    return subprocess.run([ingot, *words, "--help"], text=True, check=True,
                          capture_output=True).stdout


def section(help_text, title):
    match = re.search(rf"^{title}:\n((?:  .*\n)+)", help_text, re.M)
    return match.group(1) if match else ""


def commands(help_text):
    return re.findall(r"^  ([a-z][\w-]*) ", section(help_text, "Commands"),
                      re.M)


def options(help_text):
    found = section(help_text, "Options")
    return set(re.findall(r"^  (?:-\w, |    )--([\w-]+)", found, re.M))


def page_options(page):
    """From the lines ".It Fl f , Fl -format Ar LIST" of mdoc."""
    return set(re.findall(r"^\.It .*?Fl -([\w-]+)", page, re.M))


def all_options(ingot, name):
    """Of the command and of its sub-commands; these must be in the page."""
    shown = help_of(ingot, name)
    sub = commands(shown)
    found = options(shown)
    for word in sub:
        found |= options(help_of(ingot, name, word))
    return found, sub


def check_page(ingot, name, problems):
    path = f"{MAN}/ingot-{name}.1"
    if not os.path.exists(path):
        problems.append(f"{path} is missing")
        return
    page = text(path)
    want, sub = all_options(ingot, name)
    have = page_options(page)
    problems += [f"{path}: no --{o}" for o in sorted(want - have)]
    problems += [f"{path}: --{o} is not in --help" for o in
                 sorted(have - want)]
    problems += [f"{path}: no sub-command {s}" for s in sub
                 if not re.search(rf"^\.(Ss|It) .*\b{s}\b", page, re.M)]


KEY = re.compile(
    r'\.key = "([\w.-]+)"'
    r'|\b(?:IG_[A-Z]+|TIME|BIND_NS|ENTRIES|KIND|REGEX)\(\s*"([\w.-]+)",')
# resources are the OCI specification's, recipes and profiles other files
NOT_A_SPEC = ("tables_resources.c", "recipe.c", "seccomp.c", "places.c")


def check_spec(problems):
    """Every key of a spec is in ingot-spec(5)."""
    path = f"{MAN}/ingot-spec.5"
    named = " ".join(re.findall(r"^\.(?:It |Pq |Op )?Cm (.*)", text(path), re.M))
    have = set(re.split(r"[^\w.-]+", named))
    for source in walk("src/spec", ends=(".c", ".h")):
        if os.path.basename(source) in NOT_A_SPEC:
            continue
        want = {a or b for a, b in KEY.findall(text(source))}
        problems += [f"{path}: no {key} ({source})"
                     for key in sorted(want - have)]


def check_syntax(problems):
    if not shutil.which("mandoc"):
        return
    for name in sorted(os.listdir(MAN)):
        run = subprocess.run(["mandoc", "-Tlint", "-Wwarning",
                              f"{MAN}/{name}"], text=True,
                             capture_output=True)
        problems += run.stdout.splitlines()


def main():
    ingot = os.environ.get("INGOT")
    if not ingot or not os.path.exists(ingot):
        skip("the program ingot is not built here")
    problems = []
    names = commands(help_of(ingot))
    for name in names:
        check_page(ingot, name, problems)
    have = page_options(text(f"{MAN}/ingot.1"))
    if have != GLOBAL:
        problems.append(f"{MAN}/ingot.1: options {sorted(have)}, not "
                        f"{sorted(GLOBAL)}")
    for name in sorted(os.listdir(MAN)):
        match = re.fullmatch(r"ingot-(.*)\.1", name)
        if match and match.group(1) not in names:
            problems.append(f"{MAN}/{name}: no such command")
    check_spec(problems)
    check_syntax(problems)
    end(problems)


main()

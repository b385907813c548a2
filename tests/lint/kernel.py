#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The configurations of kernel/appliance: what its fragments ask for is what
is recorded as resolved, all that is needed is built in, and each difference
to what the Kernel Self Protection Project recommends is explained."""
import os
import re

from common import end, text

TOP = "kernel/appliance"
FOLDERS = (TOP, TOP + "-baremetal")
problems = []


def options(path):
    """The options of a fragment or a configuration; not set is n."""
    found = {}
    for line in text(path).splitlines():
        match = re.match(r"CONFIG_(\w+)=(.*)$", line)
        unset = re.match(r"# CONFIG_(\w+) is not set$", line)
        name = match.group(1) if match else unset.group(1) if unset else None
        if name is None:
            continue
        if name in found:
            problems.append(f"{path}: CONFIG_{name} is there twice")
        found[name] = match.group(2) if match else "n"
    return found


def lists(path, columns):
    """Lines of words, the last column the rest of the line; no comments."""
    found = []
    for number, line in enumerate(text(path).splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            found.append((f"{path}:{number}", *line.split(None, columns - 1)))
    return found


def steps(folder):
    """(fragments, resolved) of each step of a recipe."""
    recipe = text(f"{folder}/build.yml")
    for step in recipe.split("- linux:")[1:]:
        match = re.search(r"fragments:\s*((?:\[[^]]*\]|(?:- \S+\s+)+))", step)
        names = re.findall(r"[\w./-]+\.config", match.group(1))
        resolved = re.search(r"resolved: (\S+)", step).group(1)
        yield ([os.path.normpath(f"{folder}/{name}") for name in names],
               os.path.normpath(f"{folder}/{resolved}"))


def check_asked(fragments, resolved, got):
    asked = {}
    for path in fragments:
        for name, value in options(path).items():
            if name in asked:
                problems.append(f"{path}: CONFIG_{name} is in {asked[name]}")
            asked[name] = path
            if got.get(name, "n") != value:
                problems.append(f"{path}: CONFIG_{name}={value} is "
                                f"{got.get(name, 'n')} in {resolved}")


def check_comments(path):
    """Every group of options stands below a heading that gives a reason."""
    heading = False
    for number, line in enumerate(text(path).splitlines(), 1):
        if line.startswith("# ---"):
            heading = len(line) > 8
        elif not line:
            heading = False
        elif "CONFIG_" in line and "=" in line and not heading:
            problems.append(f"{path}:{number}: no '# --- reason' above")


def fits(where, path):
    """Whether @where is all, or of the name FLAVOUR-ARCH.config."""
    name = os.path.basename(path)[:-len(".config")]
    return where in ("all", name, *name.split("-", 1))


def check_needs(configs):
    for at, name, where, _ in lists(f"{TOP}/needs", 3):
        paths = [path for path in configs if fits(where, path)]
        if not paths:
            problems.append(f"{at}: '{where}' is no configuration")
        for path in paths:
            if configs[path].get(name) != "y":
                problems.append(f"{at}: CONFIG_{name} is not y in {path}")


def check_kspp(configs):
    reasons = lists(f"{TOP}/deviations", 3)
    used = set()
    for at, name, value, *arch in lists(f"{TOP}/kspp", 3):
        for path in configs:
            if not fits(arch[0] if arch else "all", path):
                continue
            got = configs[path].get(name, "n")
            if got == value:
                continue
            why = [r for r in reasons if r[1] == name and fits(r[2], path)]
            used.update((r[0], path) for r in why)
            if not why:
                problems.append(f"{at}: CONFIG_{name} is {got}, not {value}, "
                                f"in {path}: nothing says why")
    for at, name, where, _ in reasons:
        for path in configs:
            if fits(where, path) and (at, path) not in used:
                problems.append(f"{at}: CONFIG_{name} is as recommended in "
                                f"{path}, or nowhere recommended")


found = {}
named = set()
for top in FOLDERS:
    for parts, whole in steps(top):
        found[whole] = options(whole)
        named.update(parts)
        check_asked(parts, whole, found[whole])
for part in sorted(named):
    check_comments(part)
for file in sorted(os.listdir(TOP)):
    if file.endswith(".config") and f"{TOP}/{file}" not in named:
        problems.append(f"{TOP}/{file}: no recipe uses it")
if len(found) != 4:
    problems.append(f"{len(found)} configurations in place of 4")
check_needs(found)
check_kspp(found)
end(problems)

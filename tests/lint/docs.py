# SPDX-License-Identifier: Apache-2.0
"""Paths of the tree that the documentation names exist."""
import glob
import os
import re

from common import end, text, walk

TOPS = ("src/", "include/", "pkg/", "tests/", "docs/", "scripts/", "cmake/",
        "examples/", "kernel/", "fuzz/")
WORD = re.compile(r"`([^`\s]+)`")

problems = []
for path in walk("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs",
                 ends=(".md",)):
    for number, line in enumerate(text(path).split("\n"), 1):
        for word in WORD.findall(line):
            word = re.sub(r":\d+$", "", word)
            # Placeholders: NAME, <room>, …
            if not word.startswith(TOPS) or re.search(r"[<…{$]|[A-Z]{3,}",
                                                      word):
                continue
            if not glob.glob(word) and not os.path.exists(word):
                problems.append(f"{path}:{number}: no '{word}' in the tree")
    for number, line in enumerate(text(path).split("\n"), 1):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", line):
            if not os.path.exists(os.path.join(os.path.dirname(path), link)):
                problems.append(f"{path}:{number}: the link '{link}' leads "
                                "nowhere")
end(problems)

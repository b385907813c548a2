# SPDX-License-Identifier: Apache-2.0
"""Sources are as clang-format writes them (.clang-format)."""
import collections
import re
import shutil
import subprocess

from common import end, skip, walk

if not shutil.which("clang-format"):
    skip("no clang-format here")
files = walk("src", "include", "pkg", "tests/unit", "tests/fuzz",
             ends=(".c", ".h"))
run = subprocess.run(["clang-format", "--dry-run", "-Werror", *files],
                     capture_output=True, text=True)
places = collections.Counter(
    re.findall(r"^(.+?):\d+:\d+: error:", run.stderr, re.M))
problems = [f"{path}: {count} places differ: clang-format -i {path}"
            for path, count in sorted(places.items())]
if run.returncode and not problems:
    problems.append(run.stderr.strip() or "clang-format failed")
end(problems)

# SPDX-License-Identifier: Apache-2.0
"""Sources are as clang-format writes them (.clang-format)."""
import shutil
import subprocess

from common import end, skip, walk

if not shutil.which("clang-format"):
    skip("no clang-format here")
files = walk("src", "include", "pkg", "tests/unit", "tests/fuzz",
             ends=(".c", ".h"))
problems = []
for path in files:
    run = subprocess.run(["clang-format", "--dry-run", "-Werror", path],
                         capture_output=True, text=True)
    if run.returncode:
        first = run.stderr.split("\n")[0].split(": error:")[0]
        count = run.stderr.count(": error:")
        problems.append(f"{first}: {count} places differ: "
                        f"clang-format -i {path}")
end(problems)

# SPDX-License-Identifier: Apache-2.0
"""shellcheck has nothing to say about any script."""
import shutil
import subprocess

from common import end, is_script, skip, walk

if not shutil.which("shellcheck"):
    skip("no shellcheck here")
scripts = [path for path in walk(".") if is_script(path)]
run = subprocess.run(["shellcheck", "-x", "-f", "gcc", *scripts],
                     capture_output=True, text=True)
end(run.stdout.splitlines())

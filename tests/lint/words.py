# SPDX-License-Identifier: Apache-2.0
"""No text of the project speaks of the machine that it was written on."""
import os
import re

from common import end, text, walk

# In pieces, so that this file does not find itself.
BANNED = re.compile("/" + "work/|/tmp/" + "brief|issue " + r"#\d|"
                    "[Tt]his " + "session|helper " + "session|"
                    "/root/" + r"[.\w]|/home/" + r"\w+/")
BINARY = (".png", ".img", ".ko", ".gz", ".zst", ".tar", ".bin", ".pyc")

problems = []
for path in walk("."):
    if path.endswith(BINARY) or "/corpus/" in path or os.path.islink(path):
        continue
    for number, line in enumerate(text(path).split("\n"), 1):
        found = BANNED.search(line)
        if found:
            problems.append(f"{path}:{number}: '{found.group(0)}'")
end(problems)

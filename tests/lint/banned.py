# SPDX-License-Identifier: Apache-2.0
"""Calls that have a safe counterpart, or hide what they do."""
import re

from common import end, strip_c, text, walk

CALLS = ("strcpy strcat sprintf vsprintf gets atoi atol atoll strtok system "
         "popen alloca setlocale tmpnam mktemp tempnam rand srand "
         "asctime ctime localtime").split()
CALL = re.compile(r"(?<![\w.>])(" + "|".join(CALLS) + r")\s*\(")

problems = []
for path in walk("src", "include", "pkg", ends=(".c", ".h")):
    for number, line in enumerate(strip_c(text(path)).split("\n"), 1):
        for name in CALL.findall(line):
            problems.append(f"{path}:{number}: {name}() is banned")
end(problems)

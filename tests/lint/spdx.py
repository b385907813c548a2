# SPDX-License-Identifier: Apache-2.0
"""Every source file says its licence in its first lines."""
from common import end, is_script, text, walk

LINE = "SPDX-License-Identifier: Apache-2.0"

problems = []
for path in walk("."):
    known = path.endswith((".c", ".h", ".py", ".sh", ".cmake",
                           "CMakeLists.txt"))
    if not known and not is_script(path):
        continue
    if LINE not in "\n".join(text(path).split("\n")[:3]):
        problems.append(f"{path}: no line '{LINE}' at the top")
end(problems)

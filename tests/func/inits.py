# SPDX-License-Identifier: Apache-2.0
"""Images of init with the label org.ingot.init: FOLDER NAME=VERSION..."""
import sys

from images import D, F, Layout

layout = Layout()
for name, version in (word.split("=") for word in sys.argv[2:]):
    layout.image(name, [[F("init", "#!/bin/sh\n", 0o755), D("etc"), D("proc"),
                         D("sys"), D("dev")]],
                 config={"Labels": {"org.ingot.init": version}})
layout.write(sys.argv[1])
